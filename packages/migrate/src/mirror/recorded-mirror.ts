import type { MirrorStatus } from './contract';
import { isHeld, type Holder } from './lease';
import { decodePosition, isCopying, type Position } from './position';

/** What a branch's record tells of the mirror that it is, to processes that do not keep it. */
export interface RecordedMirror extends Omit<MirrorStatus, 'lagMs'> {
  /** `Site.location`. */
  readonly site: string;
  /** The process that keeps it; undefined: none does. */
  readonly holder: Omit<Holder, 'id'> | undefined;
}

/**
 * Reads `BranchRecord.source`. It moves with each commit, and without any every ten seconds while the mirror runs.
 * @throws PositionUnreadableError for what is no mirror's
 */
export function mirrorStatus(source: Uint8Array): RecordedMirror {
  const position = decodePosition(source);
  const { site, holder } = position;
  return { site, ...statusOf(position), holder: isHeld(holder) ? holder : undefined };
}

/** What a position tells. */
export function statusOf(position: Position): Omit<MirrorStatus, 'lagMs'> {
  const { current, documents, events, time } = position;
  const phase = isCopying(position) ? 'copying' : 'following';
  return { phase, collection: current?.collection, documents, events, time };
}
