import { encodeDocument } from '@argon/bson';
import { expect, it } from 'vitest';
import type { Commit, Entry } from '../entry/entry';
import { branchReset } from '../refs/control-entries';
import { NOBODY } from '../entry/entry';
import { MemoryStore } from '../store/memory/index';
import type { BranchRecord } from '../refs/records';
import type { Store } from '../store/store';
import { commitOf, deletion, insertion, replacement } from '../testing/drafts';
import { fork, newProject, push } from '../testing/fixture';
import { verifyStore } from './verify';

/** A store with two branches and every kind of change, whose `commits` and `entries` may be tampered with. */
async function history() {
  const store = new MemoryStore();
  const { main } = await newProject(store);
  const [one, two] = await push(store, main.id, [
    commitOf(insertion({ _id: 1 }), insertion({ _id: 2 })),
    commitOf(insertion({ _id: 3 })),
  ]);
  const feature = await fork(store, main, 'feature');
  await push(
    store,
    feature.id,
    commitOf(replacement(one!.entries[0]!, { _id: 1, v: 2 }), deletion(two!.entries[0]!)),
  );
  await push(store, main.id, branchReset(one!.lsn, NOBODY), { resetTo: one!.lsn });
  await push(store, main.id, commitOf(replacement(one!.entries[1]!, { _id: 2, v: 2 })));
  return { store, main, feature };
}

function tampered(store: Store, change: (commit: Commit) => Commit | undefined): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'commits') {
        return async function* (...parameters: Parameters<Store['commits']>) {
          for await (const batch of target.commits(...parameters)) {
            yield batch.map(change).filter((commit) => commit !== undefined);
          }
        };
      }
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

it('counts what it checked', async () => {
  const { store } = await history();
  const progress: number[] = [];
  expect(await verifyStore(store, { onProgress: (entries) => progress.push(entries) })).toEqual({
    projects: 1,
    branches: 2,
    commits: 5,
    entries: 7,
    problems: [],
  });
  expect(progress.at(-1)).toBe(7);
});

it.each<[string, (commit: Commit) => Commit | undefined, RegExp]>([
  [
    'a lost commit',
    (commit) => (commit.lsn === 5 ? undefined : commit),
    /it follows 5, and the commit before it is 4/,
  ],
  ['a lost last commit', (commit) => (commit.lsn === 10 ? undefined : commit), /its head is 10/],
  [
    'a lost entry',
    (commit) => (commit.lsn === 4 ? { ...commit, entries: commit.entries.slice(0, 1) } : commit),
    /not whole/,
  ],
  [
    'a changed entry',
    (commit) =>
      commit.lsn === 4
        ? { ...commit, entries: commit.entries.map((e): Entry => ({ ...e, collection: 'x' })) }
        : commit,
    /checksum/,
  ],
  [
    'time running backward',
    (commit) => (commit.lsn === 10 ? { ...commit, timestamp: 5 } : commit),
    /older than/,
  ],
  [
    'a link to another record',
    (commit) =>
      commit.lsn === 10 ? { ...commit, entries: [{ ...commit.entries[0]!, prevLsn: 3 }] } : commit,
    /another record/,
  ],
  [
    'a link to nowhere',
    (commit) =>
      commit.lsn === 8
        ? { ...commit, entries: [{ ...commit.entries[0]!, prevLsn: 100 }, commit.entries[1]!] }
        : commit,
    /is missing/,
  ],
  ['a lost reset', (commit) => (commit.lsn === 9 ? undefined : commit), /records a reset/],
  [
    'a reset to elsewhere',
    (commit) =>
      commit.lsn === 9
        ? { ...commit, entries: [{ ...commit.entries[0]!, document: encodeDocument({ to: 2n }) }] }
        : commit,
    /resets to 2, and the branch records a reset to 4/,
  ],
  [
    'an LSN used twice',
    (commit) => (commit.lsn === 8 ? { ...commit, lsn: 4, after: 2, entries: [] } : commit),
    /used on branch/,
  ],
])('notices %s', async (_, change, problem) => {
  const { store } = await history();
  const { problems } = await verifyStore(tampered(store, change));
  expect(problems.map((one) => one.problem).join('\n')).toMatch(problem);
});

it.each<[string, Partial<BranchRecord>, RegExp]>([
  ['another base', { baseLsn: 4, startLsn: 4 }, /forked at LSN 5, and its record says 4/],
  ['another parent', { parentId: 1 }, /forked off branch 2, and its record says 1/],
])('notices that a branch records %s', async (_, change, problem) => {
  const { store, main, feature } = await history();
  const changed = new Proxy(store, {
    get(target, name) {
      if (name === 'branches') return () => [main, { ...feature, ...change }];
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const { problems } = await verifyStore(changed);
  expect(problems.map((one) => one.problem).join('\n')).toMatch(problem);
});

it('notices a fork where no commit ends', async () => {
  const { store, main, feature } = await history();
  const without = new Proxy(store, {
    get(target, name) {
      if (name === 'commitAtOrBefore') return () => ({ lsn: 4, timestamp: main.createdAt });
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  expect((await verifyStore(without)).problems).toEqual([
    {
      branchId: feature.id,
      lsn: feature.id,
      problem: 'it was forked at LSN 5, where no commit of branch 2 ends',
    },
  ]);
});
