import assert from 'node:assert/strict';
import {
  isRetained,
  retentionOf,
  type BranchChange,
  type BranchRecord,
  type KeepPolicy,
  type Lsn,
  type Store,
} from '@argon/wal';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Materializer } from '../materializer';
import { controlEntry, headOf, History, written } from '../testing/index';
import { SHARES, type Change } from '../testing/actions';
import { checkRetained } from './testing/check-retained';
import { racingStore } from './testing/racing-store';
import { compactionStores, type CompactionStore } from './testing/stores';

const OPTIONS = { snapshots: false as const };
/** Later than anything that is written, so that what is there is old enough to go. */
const LATER = Date.now() + 1e9;
/** The branches in the order in which they are made: the feature's children leave it below and above the bound. */
const [MAIN, FEATURE, EARLY, LATE] = [0, 1, 2, 3];

const insert = (id: number): Change => ({ kind: 'insert', collection: 0, id, value: 1 });
const update = (of: number): Change => ({ kind: 'update', collection: 0, of, value: of });
const remove = (of: number): Change => ({ kind: 'delete', collection: 0, of, value: 0 });

/** A project with a feature branch that has a child below and one above the bound that the test sets. */
class Scene {
  private constructor(
    /** What the others work with. */
    readonly store: Store,
    readonly compacted: Store,
    readonly history: History,
    readonly projectId: number,
    readonly bound: Lsn,
  ) {}

  static async begin({ writer, reader }: CompactionStore, name: string): Promise<Scene> {
    const history = await History.begin(reader, name);
    const commits = (branch: number, ...each: Change[]) =>
      history.play({ kind: 'commits', branch, commits: each.map((change) => [change]) });
    const fork = (branch: number) => history.play({ kind: 'fork', branch, atHead: true, at: 0 });
    await commits(MAIN, insert(1), insert(2));
    await fork(MAIN);
    await commits(FEATURE, insert(3), insert(4), update(0), update(2), insert(5), remove(4), update(3));
    await fork(FEATURE);
    await commits(FEATURE, update(0), update(1), insert(6), update(2), update(3));
    const bound = headOf(history.live[FEATURE]!).lsn;
    await commits(FEATURE, update(0), remove(3), insert(7), update(2));
    await fork(FEATURE);
    await commits(FEATURE, update(0), update(1), remove(2));
    const { projectId } = (await reader.branchById(history.live[MAIN]!.id))!;
    return new Scene(reader, writer, history, projectId, bound);
  }

  async compact(keep: KeepPolicy = { days: 0 }, store = this.store): Promise<void> {
    const materializer = new Materializer(store, OPTIONS);
    await materializer.compact({ projectId: this.projectId }, { keep, now: () => LATER, stepEntries: 3 });
    await materializer.close();
    await this.history.synchronize();
  }

  /** Where a branch is among the live ones; undefined if it is not. */
  place(of: number): number | undefined {
    const index = this.history.live.indexOf(this.history.branches[of]!);
    return index === -1 ? undefined : index;
  }

  /** Every state of a living branch that is kept is what it was; the others are refused. */
  async check(): Promise<void> {
    await this.history.synchronize();
    for (const branch of this.history.live) {
      const own = branch.states.map(({ lsn }) => lsn);
      const lsns = own.filter((_, i) => i === 0 || i === own.length - 1 || i % 4 === 1);
      await checkRetained(this.store, [new Materializer(this.store, OPTIONS)], branch, lsns);
    }
  }
}

/** What somebody else does between two steps. */
type Race = (scene: Scene) => Promise<void>;

/** An action on a branch, if that is live and the store does not refuse it. */
function playing(of: number, action: (branch: number) => Parameters<History['play']>[0]): Race {
  return async (scene) => {
    const branch = scene.place(of);
    if (branch === undefined) return;
    try {
      await scene.history.play(action(branch));
    } catch (error) {
      if ((error as { code?: string }).code !== 'ARGON_WAL_LSN_BELOW_HORIZON') throw error;
    }
  };
}

/** A fork at a share of the moments that a branch has, its parent's below its base among them. */
const forking = (of: number, share: number): Race =>
  playing(of, (branch) => ({ kind: 'fork', branch, atHead: false, at: share * SHARES }));
const deleting = (of: number): Race => playing(of, (branch) => ({ kind: 'deleteBranch', branch }));

async function change(scene: Scene, part: (record: BranchRecord) => BranchChange | undefined): Promise<void> {
  const record = (await scene.store.branchById(scene.history.branches[FEATURE]!.id))!;
  const wanted = record.status === 'active' ? part(record) : undefined;
  if (wanted === undefined) return;
  await written(scene.store, record.id, [[controlEntry('modify_branch', '', {})]], wanted);
  await scene.history.synchronize();
}

const pinning: Race = async (scene) => {
  const states = scene.history.branches[FEATURE]!.states;
  const { lsn } = states[states.length >> 2]!;
  await change(scene, (record) =>
    isRetained(record, lsn) ? { pin: { name: `p${retentionOf(record).pins.length}`, lsn } } : undefined,
  );
};
const unpinning: Race = (scene) =>
  change(scene, (record) => {
    const [pin] = retentionOf(record).pins;
    return pin && { unpin: pin.name };
  });
const compacting =
  (by: number): Race =>
  async (scene) => {
    await scene.compact({ sinceLsn: scene.bound + by });
  };

const RACES: Readonly<Record<string, readonly Race[]>> = {
  'the branch is deleted': [deleting(FEATURE)],
  'the branch is deleted, and one forked from its child': [deleting(FEATURE), forking(LATE, 0.6)],
  'the branch is deleted and compacted by another process': [deleting(FEATURE), (scene) => scene.compact()],
  'a child is deleted': [deleting(EARLY)],
  'a child takes the place of one that is deleted': [forking(EARLY, 0.999), deleting(EARLY)],
  'one is forked at an old moment': [forking(FEATURE, 0.4)],
  'one is forked at the bound': [forking(FEATURE, 0.8)],
  'one is forked below the base of a child': [forking(LATE, 0.5), forking(LATE, 0.75)],
  'one is forked at a pin that goes': [pinning, forking(FEATURE, 0.35), unpinning],
  'a moment is pinned, and the branch deleted': [pinning, deleting(FEATURE)],
  'a pin goes, and one is forked': [unpinning, forking(LATE, 0.4)],
  'the branch is reset': [playing(FEATURE, (branch) => ({ kind: 'reset', branch, to: SHARES / 2 }))],
  'the branch adopts another, which goes': [
    playing(FEATURE, (branch) => ({ kind: 'stage', branch, commits: [[insert(9), update(1)], [remove(0)]] })),
  ],
  'another process compacts less': [compacting(-4)],
  'another process compacts more': [compacting(3)],
};

/** Compacts while something else happens before or after a step of it; false if it takes fewer steps. */
async function raced(scene: Scene, races: readonly Race[], at: number, keep: KeepPolicy): Promise<boolean> {
  let steps = 0;
  const race = async (): Promise<void> => {
    if (steps++ !== at) return;
    for (const each of races) {
      await scene.history.synchronize();
      await each(scene);
    }
  };
  await scene.compact(keep, racingStore(scene.compacted, race));
  if (steps <= at) return false;
  await scene.check();
  await scene.compact();
  await scene.check();
  return true;
}

/** Every so many steps: all where they cost nothing. */
const STRIDES: Readonly<Record<string, number>> = { memory: 1, lmdb: 9, mongodb: 31 };

for (const { kind, open } of await compactionStores()) {
  describe.skipIf(open === undefined)(
    `a compaction on the ${kind} store changes no state that is kept`,
    () => {
      let stores: CompactionStore;
      let scenes = 0;

      beforeAll(async () => {
        stores = await open!();
      });
      afterAll(() => stores?.dispose());

      /** A store in memory is anew each time, for that costs nothing. */
      const begin = async (): Promise<Scene> =>
        Scene.begin(kind === 'memory' ? await open!() : stores, `races${(scenes += 1)}`);
      const stride = STRIDES[kind]!;
      for (const [n, [name, races]] of Object.entries(RACES).entries()) {
        it(`when ${name}`, { timeout: 180_000 }, async () => {
          let at = n % stride;
          for (let isDone = false; !isDone; at += stride) {
            const scene = await begin();
            await pinning(scene);
            isDone = !(await raced(scene, races, at, { sinceLsn: scene.bound }));
          }
          assert.ok(at > 20, `${at} steps`);
        });

        it(`when ${name}, of a branch that was deleted before`, { timeout: 180_000 }, async () => {
          for (let [at, isDone] = [n % stride, false]; !isDone; at += stride) {
            const scene = await begin();
            await pinning(scene);
            await deleting(FEATURE)(scene);
            isDone = !(await raced(scene, races, at, { days: 0 }));
          }
        });
      }
    },
  );
}
