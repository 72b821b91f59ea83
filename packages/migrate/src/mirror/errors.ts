import { ArgonError } from '@argon/wal';
import type { Holder } from './lease';

/** What a branch's record says of its source is not a mirror's position, or one of a newer version. */
export class PositionUnreadableError extends ArgonError {
  constructor(cause?: unknown) {
    super(
      'ARGON_MIGRATE_POSITION_UNREADABLE',
      'The branch follows something that this version cannot read. Use the version that began it, or mirror into a new branch.',
      {},
      cause === undefined ? {} : { cause },
    );
  }
}

/** Another process keeps the mirror. */
export class MirrorBusyError extends ArgonError {
  constructor(
    branch: string,
    readonly holder: Holder,
  ) {
    const { host, pid, until } = holder;
    super(
      'ARGON_MIGRATE_MIRROR_BUSY',
      `Branch '${branch}' is kept in step by another process already (${pid} on ${host}). ` +
        `Stop that one first; if it died, its hold ends at ${new Date(until).toISOString()}.`,
      { branch, host, pid, until },
    );
  }
}

/** A branch has commits of its own, which a mirror would overwrite. */
export class MirrorTargetError extends ArgonError {
  constructor(branch: string, problem: string) {
    super(
      'ARGON_MIGRATE_MIRROR_TARGET',
      `Cannot mirror into branch '${branch}': ${problem}. Nothing was changed; ` +
        'mirror into a new branch, and fork that to work on it.',
      { branch },
    );
  }
}

/** The mirror was closed, or has failed, before it came as far as somebody waited for. */
export class MirrorStoppedError extends ArgonError {
  constructor(branch: string, cause?: unknown) {
    super(
      'ARGON_MIGRATE_MIRROR_STOPPED',
      `The mirror into branch '${branch}' has stopped before it came as far as was waited for. Start it again; it goes on where it was.`,
      { branch },
      cause === undefined ? {} : { cause },
    );
  }
}
