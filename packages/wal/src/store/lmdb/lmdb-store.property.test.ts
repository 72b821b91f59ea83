import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeDocument } from '@argon/bson';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Commit, type DraftCommit, type DraftEntry, type Lsn, NOBODY } from '../../entry/entry';
import { verifyStore } from '../../log/verify';
import type { BranchRecord } from '../../refs/records';
import { plain, read } from '../../testing/fixture';
import { MemoryStore } from '../memory/memory-store';
import type { BranchChange, EntryRewrite, Store } from '../store';
import { type LmdbStore, openLmdbStore } from './lmdb-store';

/*
 * Random histories: whatever becomes of entries in LMDB (alone, in blocks, as deltas of versions on other branches),
 * every way of reading them gives what the memory store gives.
 */

/** A step of a history; numbers pick one of what there is. */
type Step =
  | {
      readonly kind: 'insert';
      readonly branch: number;
      readonly count: number;
      readonly size: number;
      readonly collection: number;
    }
  | {
      readonly kind: 'update';
      readonly branch: number;
      readonly picks: readonly number[];
      readonly isDeep: boolean;
    }
  | { readonly kind: 'delete'; readonly branch: number; readonly pick: number }
  | { readonly kind: 'fork'; readonly branch: number; readonly pick: number }
  | { readonly kind: 'compact'; readonly branch: number; readonly pick: number; readonly step: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'reopen' };

const pick = fc.nat(10_000);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant('insert' as const),
      branch: pick,
      count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 50, max: 400 })),
      size: fc.oneof(
        fc.nat(300),
        fc.integer({ min: 500, max: 4000 }),
        fc.integer({ min: 5000, max: 40_000 }),
      ),
      collection: fc.nat(2),
    }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant('update' as const),
      branch: pick,
      picks: fc.array(pick, { minLength: 1, maxLength: 60 }),
      isDeep: fc.boolean(),
    }),
    weight: 8,
  },
  { arbitrary: fc.record({ kind: fc.constant('delete' as const), branch: pick, pick }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('fork' as const), branch: pick, pick }), weight: 1 },
  {
    arbitrary: fc.record({
      kind: fc.constant('compact' as const),
      branch: pick,
      pick,
      step: fc.integer({ min: 1, max: 500 }),
    }),
    weight: 1,
  },
  { arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(5) }), weight: 2 },
  { arbitrary: fc.constant({ kind: 'reopen' as const }), weight: 1 },
);

interface Live {
  readonly lsn: Lsn;
  readonly recordLsn: Lsn;
  readonly id: number;
  readonly collection: string;
  readonly texts: readonly string[];
  readonly version: number;
}

/** What a branch shows, kept beside the stores. */
interface Shown {
  readonly record: BranchRecord;
  readonly live: Live[];
  head: Lsn;
  /** Before it nothing can be forked any more. */
  horizon: Lsn;
  /** What it showed at each of its own commits. */
  readonly past: Map<Lsn, readonly Live[]>;
}

function bytesOf({ id, version, texts }: Omit<Live, 'lsn' | 'recordLsn'>): Uint8Array {
  return encodeDocument({ _id: id, version, nested: { texts: [...texts], at: new Date(version) } });
}

class History {
  readonly branches: Shown[] = [];
  readonly #memory: Store;
  #lmdb: LmdbStore;
  readonly #reopen: () => Promise<LmdbStore>;
  now = 1_000_000;
  #ids = 0;

  constructor(memory: Store, lmdb: LmdbStore, reopen: () => Promise<LmdbStore>) {
    this.#memory = memory;
    this.#lmdb = lmdb;
    this.#reopen = reopen;
  }

  get lmdb(): LmdbStore {
    return this.#lmdb;
  }

  async begin(): Promise<void> {
    const request = { name: 'shop', branchName: 'main', actor: NOBODY };
    const { branch } = await this.#memory.createProject(request);
    await this.#lmdb.createProject(request);
    this.branches.push({ record: branch, live: [], head: branch.headLsn, horizon: 0, past: new Map() });
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'wait') this.now += step.ms;
    else if (step.kind === 'reopen') {
      await this.#lmdb.close();
      this.#lmdb = await this.#reopen();
    } else {
      const branch = this.branches[step.branch % this.branches.length]!;
      if (step.kind === 'fork') await this.#fork(branch, step.pick);
      else if (step.kind === 'compact') await this.#compact(branch, step.pick, step.step);
      else await this.#change(branch, step);
    }
  }

  async #fork(parent: Shown, at: number): Promise<void> {
    const points = [...parent.past].filter(([lsn]) => lsn >= parent.horizon);
    const [baseLsn, live] = points[at % Math.max(points.length, 1)] ?? [parent.head, parent.live];
    const request = {
      projectId: parent.record.projectId,
      name: `b${this.branches.length}`,
      parentId: parent.record.id,
      baseLsn,
      actor: NOBODY,
    };
    const record = await this.#memory.createBranch(request);
    expect(await this.#lmdb.createBranch(request)).toEqual(record);
    this.branches.push({ record, live: [...live], head: baseLsn, horizon: 0, past: new Map() });
  }

  /** Takes away all that neither forks nor the moments from a horizon on show. */
  async #compact(branch: Shown, at: number, stepEntries: number): Promise<void> {
    const { record, past } = branch;
    const later = [...past.keys()].filter((lsn) => lsn >= branch.horizon);
    const horizon = later[at % Math.max(later.length, 1)];
    if (horizon === undefined) return;
    branch.horizon = horizon;
    const bases = new Set(
      this.branches.filter((one) => one.record.parentId === record.id).map((one) => one.record.baseLsn),
    );
    for (const lsn of past.keys()) if (lsn < horizon && !bases.has(lsn)) past.delete(lsn);
    const shown = [...past.values()].flat();
    const versions = new Set(shown.map(({ lsn }) => lsn));
    const records = new Set(shown.map(({ recordLsn }) => recordLsn));
    const note = encodeDocument({ horizon });
    await this.#append(
      branch,
      {
        entries: [
          {
            operation: 'modify_branch',
            collection: '',
            documentId: null,
            document: note,
            prevLsn: 0,
            recordLsn: 0,
          },
        ],
        actor: NOBODY,
      },
      { horizon: { lsn: horizon, at: this.now } },
    ).then((commit) => {
      branch.head = commit.lsn;
      past.set(commit.lsn, [...branch.live]);
    });
    const changes: EntryRewrite[] = [];
    for (const { entries } of await read(this.#memory, record.id, { after: record.id, through: horizon })) {
      for (const { lsn, recordLsn, operation } of entries) {
        if (versions.has(lsn) || operation === 'delete' || operation === 'modify_branch') continue;
        changes.push({ lsn, keep: operation === 'insert' && records.has(recordLsn) ? 'hollow' : 'nothing' });
      }
    }
    for (let from = 0; from < changes.length; from += stepEntries) {
      const some = changes.slice(from, from + stepEntries);
      await this.#memory.rewrite!(record.id, some, some[some.length - 1]!.lsn);
      await this.#lmdb.rewrite(record.id, some, some[some.length - 1]!.lsn);
    }
  }

  async #change(branch: Shown, step: Extract<Step, { kind: 'insert' | 'update' | 'delete' }>): Promise<void> {
    const { live } = branch;
    const entries: DraftEntry[] = [];
    const after: Omit<Live, 'lsn' | 'recordLsn'>[] = [];
    if (step.kind === 'insert') {
      for (let n = 0; n < step.count; n++) {
        const size = step.count > 40 ? step.size % 600 : step.size;
        const texts = Array.from({ length: 8 }, (_, t) => `${t}${n}`.repeat(size >> 5));
        const made = { id: this.#ids++, collection: `c${step.collection}`, texts, version: 0 };
        after.push(made);
        entries.push({
          operation: 'insert',
          collection: made.collection,
          documentId: made.id,
          document: bytesOf(made),
          prevLsn: 0,
          recordLsn: 0,
        });
      }
    } else if (step.kind === 'update') {
      for (const place of new Set(step.picks.map((n) => n % Math.max(live.length, 1)))) {
        const old = live[place];
        if (old === undefined) continue;
        const version = old.version + 1;
        const texts = step.isDeep
          ? old.texts.map((text, t) => (t === version % 8 ? `${text}!` : text))
          : old.texts;
        const changed = { ...old, version, texts };
        after.push(changed);
        entries.push({
          operation: 'update',
          collection: old.collection,
          documentId: old.id,
          document: bytesOf(changed),
          prevLsn: old.lsn,
          recordLsn: old.recordLsn,
        });
      }
    } else if (step.kind === 'delete') {
      const [old] = live.splice(step.pick % Math.max(live.length, 1), 1);
      if (old !== undefined) {
        entries.push({
          operation: 'delete',
          collection: old.collection,
          documentId: old.id,
          document: null,
          prevLsn: old.lsn,
          recordLsn: old.recordLsn,
        });
      }
    }
    if (entries.length === 0) return;
    const commit = await this.#append(branch, { entries, actor: { user: 'u', app: branch.record.name } });
    for (const [n, made] of after.entries()) {
      const { lsn, recordLsn } = commit.entries[n]!;
      const place = live.findIndex((one) => one.id === made.id);
      const now = { ...made, lsn, recordLsn };
      if (place === -1) live.push(now);
      else live[place] = now;
    }
    branch.head = commit.lsn;
    branch.past.set(commit.lsn, [...live]);
  }

  async #append(branch: Shown, draft: DraftCommit, change?: BranchChange): Promise<Commit> {
    const request = {
      branchId: branch.record.id,
      after: branch.head,
      commits: [draft],
      ...(change === undefined ? {} : { change }),
    };
    const expected = await this.#memory.append(request);
    const result = await this.#lmdb.append(request);
    if (!expected.appended || !result.appended) throw new Error('the append went through');
    expect(result.commits.map(plain)).toEqual(expected.commits.map(plain));
    return result.commits[0]!;
  }
}

async function expectSame(
  lmdb: Store,
  memory: Store,
  branches: readonly Shown[],
  now: number,
): Promise<void> {
  for (const { record } of branches) {
    const commits = await read(memory, record.id);
    expect((await read(lmdb, record.id)).map(plain)).toEqual(commits.map(plain));
    const lsns = commits.flatMap((commit) => commit.entries.map((entry) => entry.lsn));
    const shuffled = lsns.map((lsn, i) => ({ lsn, key: (i * 7919) % 1009 })).sort((a, b) => a.key - b.key);
    for (const { lsn } of shuffled.slice(0, 200)) {
      const [found] = await lmdb.documents(record.id, [lsn]);
      const [expected] = await memory.documents(record.id, [lsn]);
      expect(found && Buffer.from(found).toString('hex')).toBe(
        expected && Buffer.from(expected).toString('hex'),
      );
    }
    const last = await memory.lastLsn();
    for (let lsn = 0; lsn <= last + 1; lsn += 1 + (last >> 6)) {
      expect(await lmdb.commitAtOrBefore(record.id, { lsn })).toEqual(
        await memory.commitAtOrBefore(record.id, { lsn }),
      );
      const [middle] = await read(lmdb, record.id, { after: lsn });
      const [expected] = await read(memory, record.id, { after: lsn });
      expect(middle && plain(middle)).toEqual(expected && plain(expected));
    }
    for (let timestamp = 999_998; timestamp <= now + 1; timestamp += 1 + ((now - 999_998) >> 4)) {
      expect(await lmdb.commitAtOrBefore(record.id, { timestamp })).toEqual(
        await memory.commitAtOrBefore(record.id, { timestamp }),
      );
    }
  }
}

it('gives what the memory store gives, whatever the history', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 40 }), async (history) => {
      const folder = await mkdtemp(join(tmpdir(), 'argon-history-'));
      // eslint-disable-next-line prefer-const -- the clock is the history's
      let run: History;
      const clock = { now: () => run.now };
      const open = () => openLmdbStore(folder, clock);
      const memory = new MemoryStore(clock);
      run = new History(memory, await open(), open);
      try {
        await run.begin();
        for (const step of history) await run.take(step);
        await expectSame(run.lmdb, memory, run.branches, run.now);
        expect((await verifyStore(run.lmdb)).problems).toEqual([]);
      } finally {
        await run.lmdb.close();
        await rm(folder, { recursive: true });
      }
    }),
    { numRuns: 30 },
  );
});
