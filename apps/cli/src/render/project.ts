import type { ProjectRecord } from '@argon/wal';
import { isoTime } from './numbers';

/** A project in JSON output. */
export function projectJson({ id, name, createdAt }: ProjectRecord): object {
  return { id, name, createdAt: isoTime(createdAt) };
}
