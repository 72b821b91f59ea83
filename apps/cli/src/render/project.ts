import type { SessionProject } from '../store/session';
import { isoTime } from './numbers';

/** A project in JSON output; id and time are null for one that only the legacy database has. */
export function projectJson({ id, name, createdAt }: SessionProject): object {
  return { id, name, createdAt: isoTime(createdAt) };
}
