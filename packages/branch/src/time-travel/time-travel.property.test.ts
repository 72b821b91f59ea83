import { partialMatcher, WalEngine } from '@argon/engine';
import { Materializer } from '@argon/materializer';
import {
  headOf,
  History,
  randomActions,
  shownAt,
  type NaiveBranch,
  type NaiveState,
} from '@argon/materializer/testing';
import { openStore } from '@argon/wal';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import type { PastState } from './contract';
import { TimeTravelService } from './time-travel-service';

afterEach(() => void vi.useRealTimers());

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Collections and documents as they are read, the documents in their order. */
async function shown(state: PastState): Promise<object> {
  const read = [...state.collections.values()].map(async (collection) => {
    const documents: string[] = [];
    for await (const batch of collection.documents()) documents.push(...batch.map(hex));
    expect(collection.count).toBe(documents.length);
    return [collection.name, documents] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

function expected({ collections }: NaiveState): object {
  return Object.fromEntries(
    [...collections].map(([name, { documents }]) => [
      name,
      [...documents.values()].map(({ bytes }) => bytes),
    ]),
  );
}

/** What a branch showed at a time: after its last commit up to then, or what its parent did, at most at the fork. */
function shownAtTime(
  branch: NaiveBranch,
  time: number,
  times: ReadonlyMap<number, number>,
): NaiveState | undefined {
  const [start, ...own] = branch.states;
  const mine = own.findLast(({ lsn }) => times.get(lsn)! <= time);
  if (mine !== undefined || branch.parent === undefined) return mine ?? start;
  const parents = shownAtTime(branch.parent, time, times);
  return parents === undefined || parents.lsn > start!.lsn ? start : parents;
}

it(
  'is what a naive model says, at every LSN and time, resets and forks among them',
  { timeout: 120_000 },
  async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 12 }),
        async (seed, count, steps) => {
          const store = await openStore('memory:');
          const engine = new WalEngine(store, new Materializer(store, { partialMatcher }));
          try {
            const times = new Map<number, number>();
            const began = Date.now();
            const history = await History.begin(store, 'shop', (_, commits) => {
              for (const commit of commits) times.set(commit.lsn, commit.entries[0]!.timestamp);
            });
            for (const [i, action] of randomActions(seed, count).entries()) {
              // Commits of one millisecond, too.
              vi.setSystemTime(Date.now() + steps[i % steps.length]!);
              await history.play(action);
            }
            const travel = new TimeTravelService(engine);
            const first = history.branches[0]!.states[0]!.lsn;
            for (const branch of history.live) {
              const index = history.branches.indexOf(branch);
              const name = index === 0 ? 'main' : `b${index}`;
              const head = headOf(branch);
              for (let lsn = first; lsn <= head.lsn; lsn += 1 + (seed % 3)) {
                const state = await travel.stateAtLSN('shop', name, lsn);
                expect(await shown(state), `${name} at LSN ${lsn}`).toEqual(expected(shownAt(branch, lsn)!));
              }
              for (let time = began; time <= Date.now() + 1; time += 1 + (seed % 2)) {
                const model = shownAtTime(branch, time, times)!;
                const state = await travel.stateAtTime('shop', name, time);
                expect(await shown(state), `${name} at ${time - began} ms`).toEqual(expected(model));
                expect(await travel.findLSNAtTime('shop', name, time)).toBe(state.lsn);
                expect(state.timestamp).toBeLessThanOrEqual(time);
                const names = [...model.collections.keys()];
                expect(await shown(await travel.stateAtTime('shop', name, time, names))).toEqual(
                  expected(model),
                );
              }
            }
          } finally {
            await engine.close();
            await engine.materializer.close();
            await store.close();
          }
        },
      ),
      { numRuns: 40 },
    );
  },
);
