import { standbyNameOf, type CrossingParts } from '@argon/branch/dual';
import type { Timestamp } from '@argon/bson';
import type { Lsn } from '@argon/wal';
import { mirrorStatus } from '../mirror/recorded-mirror';

/** A commit of the log, and the moment of mongod that it is the same as. */
export interface Shown {
  readonly lsn: Lsn;
  readonly time: Timestamp;
}

/** What the other side of a traditional branch shows, if it has all of it and is kept in step, by whatever process. */
export async function shownOf({ log, directory }: CrossingParts, branch: string): Promise<Shown | undefined> {
  const { store } = log.engine;
  const project = await store.project(directory.project);
  if (project === undefined) return undefined;
  const standby = () => store.branch(project.id, standbyNameOf(branch));
  for (;;) {
    const before = await standby();
    if (before?.source === undefined) return undefined;
    const { lsn } = await store.head(before.id);
    const after = await standby();
    if (after?.source === undefined) return undefined;
    // The two move together, so the head is of that moment if that has not moved.
    if (Buffer.compare(before.source, after.source) !== 0) continue;
    const { phase, time } = mirrorStatus(after.source);
    return phase === 'following' ? { lsn, time } : undefined;
  }
}
