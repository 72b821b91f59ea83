import type { Entry, Lsn } from '@argon/wal';
import fc from 'fast-check';
import type { Stack } from './stack';

type Action =
  | { readonly do: 'put'; readonly branch: number; readonly id: number; readonly set: Record<string, number> }
  | { readonly do: 'delete'; readonly branch: number; readonly ids: readonly number[] }
  | { readonly do: 'drop'; readonly branch: number }
  | { readonly do: 'rename'; readonly branch: number }
  | { readonly do: 'fork' | 'reset'; readonly branch: number; readonly back: number };

const branch = fc.nat({ max: 2 });
const ids = fc.nat({ max: 3 });
/** Something that happens to one of a few branches with a few documents. */
export const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      branch,
      id: ids,
      set: fc.dictionary(fc.constantFrom('a', 'b.c', 'b.d'), fc.nat({ max: 2 }), { minKeys: 1 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('delete' as const),
      branch,
      ids: fc.array(ids, { minLength: 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), branch }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), branch }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('fork' as const, 'reset' as const),
      branch,
      back: fc.nat({ max: 6 }),
    }),
  },
);

/** What a branch shows, as a list of all entries that led to it, oldest first; and the same for each of its commits. */
export interface Shown {
  readonly name: string;
  readonly id: number;
  entries: readonly Entry[];
  readonly moments: Map<Lsn, readonly Entry[]>;
  /** Entries that resets hid, of this branch alone. */
  hidden: readonly Entry[];
}

/** Keeps by itself what branches show. */
export class HistoryModel {
  readonly branches: Shown[] = [];

  constructor(private readonly stack: Stack) {}

  async add(name: string, inherited: readonly Entry[]): Promise<void> {
    const record = await this.stack.branches.get('shop', name);
    const births = record.parentId === null ? [record.projectId, record.id] : [record.id];
    const birth = (await this.stack.store.entries(record.id, births)) as Entry[];
    const entries = [...inherited, ...birth];
    this.branches.push({
      name,
      id: record.id,
      entries,
      moments: new Map([[record.headLsn, entries]]),
      hidden: [],
    });
  }

  /** Takes note of what was just written, one commit at a time. */
  async note(of: Shown, base = of.entries): Promise<void> {
    const last = [...of.moments.keys()].at(-1)!;
    for await (const batch of this.stack.store.commits(of.id, { after: last })) {
      for (const commit of batch) {
        base = [...base, ...commit.entries];
        of.moments.set(commit.lsn, base);
      }
    }
    const kept = new Set(base);
    const isOwn = (entry: Entry) => entry.branchId === of.id && !kept.has(entry);
    of.hidden = [...of.hidden, ...of.entries].filter(isOwn);
    of.entries = base;
  }
}

/** Does these things, and notes in the model what they wrote. */
export async function play(stack: Stack, model: HistoryModel, actions: readonly Action[]): Promise<void> {
  for (const [n, each] of actions.entries()) {
    const on = model.branches[each.branch % model.branches.length]!;
    const database = `shop~${on.name}`;
    const actor = { user: ['ann', 'bob'][n % 2]!, app: 'test' };
    if (each.do === 'put') {
      const updates = [{ q: { _id: each.id }, u: { $set: each.set }, upsert: true }];
      await stack.run(database, { update: 'items', updates }, actor);
    } else if (each.do === 'delete') {
      await stack.run(
        database,
        { delete: 'items', deletes: [{ q: { _id: { $in: each.ids } }, limit: 0 }] },
        actor,
      );
    } else if (each.do === 'drop') {
      await stack.run(database, { drop: 'items' }, actor).catch(() => {});
    } else if (each.do === 'rename') {
      // There and back again: what it was called between shows in the log alone.
      for (const [from, to] of [
        ['items', 'things'],
        ['things', 'items'],
      ]) {
        await stack
          .run('admin', { renameCollection: `${database}.${from}`, to: `${database}.${to}` }, actor)
          .catch(() => {});
      }
      const known = on.moments.size;
      await model.note(on);
      // Nobody goes back to the moment between, where the collection has another name than the checks ask for.
      if (on.moments.size > known) on.moments.delete([...on.moments.keys()].at(-2)!);
      continue;
    } else {
      const lsns = [...on.moments.keys()];
      const lsn = lsns[Math.max(0, lsns.length - 1 - each.back)]!;
      const then = on.moments.get(lsn)!;
      if (each.do === 'reset') {
        await stack.branches.reset('shop', on.name, { lsn }, actor);
        await model.note(on, then);
        continue;
      }
      if (model.branches.length === 3) continue;
      const name = `b${model.branches.length}`;
      await stack.branches.create('shop', name, { from: on.name, at: { lsn } }, actor);
      await model.add(name, then);
      continue;
    }
    await model.note(on);
  }
}
