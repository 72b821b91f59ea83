import fc from 'fast-check';
import type { Stack } from './stack';

/** A document without its `_id`. */
export type Fields = Record<string, number>;
/** Documents by `_id` as text. */
export type Model = Map<string, Fields>;

export interface Change {
  readonly id: number;
  /** Undefined: the document goes. */
  readonly set: Readonly<Record<string, number | undefined>> | undefined;
}

const IDS = [0, 1, 2, 3, 4, 5];
const FIELDS = ['a', 'b', 'c'];
const change: fc.Arbitrary<Change> = fc.record({
  id: fc.constantFrom(...IDS),
  set: fc.option(
    fc.dictionary(fc.constantFrom(...FIELDS), fc.option(fc.nat({ max: 3 }), { nil: undefined }), {
      minKeys: 1,
      maxKeys: 2,
    }),
    { nil: undefined, freq: 5 },
  ),
});
export const changes = fc.array(change, { maxLength: 8 });

/** Runs changes of `items`, in a model too. */
export async function play(
  stack: Stack,
  database: string,
  model: Model,
  list: readonly Change[],
): Promise<void> {
  for (const { id, set } of list) {
    const key = String(id);
    if (set === undefined) {
      model.delete(key);
      await stack.run(database, { delete: 'items', deletes: [{ q: { _id: id }, limit: 1 }] });
      continue;
    }
    const fields = { ...model.get(key) };
    const update: Record<string, Record<string, unknown>> = {};
    for (const [name, value] of Object.entries(set)) {
      if (value === undefined) {
        delete fields[name];
        (update['$unset'] ??= {})[name] = 1;
      } else {
        fields[name] = value;
        (update['$set'] ??= {})[name] = value;
      }
    }
    model.set(key, fields);
    await stack.run(database, { update: 'items', updates: [{ q: { _id: id }, u: update, upsert: true }] });
  }
}

/** What a person would make of three versions of everything, clashes going to `prefer`. */
export function naiveMerge(
  base: Model,
  ours: Model,
  theirs: Model,
  prefer: 'ours' | 'theirs',
): { merged: Model; clashes: number } {
  const merged: Model = new Map();
  let clashes = 0;
  for (const id of IDS.map(String)) {
    const [b, o, t] = [base.get(id), ours.get(id), theirs.get(id)];
    const same = (x: Fields | undefined, y: Fields | undefined) =>
      x === y || (x !== undefined && y !== undefined && FIELDS.every((name) => x[name] === y[name]));
    let result: Fields | undefined;
    if (same(o, t) || same(b, t)) result = o;
    else if (same(b, o)) result = t;
    else if (o === undefined || t === undefined) {
      clashes += 1;
      result = prefer === 'ours' ? o : t;
    } else {
      let clashed = false;
      result = {};
      for (const name of FIELDS) {
        const [from, mine, other] = [b?.[name], o[name], t[name]];
        let value = mine;
        if (mine !== other && from !== other) {
          if (from === mine) value = other;
          else {
            clashed = true;
            value = prefer === 'ours' ? mine : other;
          }
        }
        if (value !== undefined) result[name] = value;
      }
      if (clashed) clashes += 1;
    }
    if (result !== undefined) merged.set(id, result);
  }
  return { merged, clashes };
}

/** What `items` holds. */
export async function shown(stack: Stack, database: string): Promise<Model> {
  const found = await stack.documents(database, 'items');
  return new Map(
    [...found]
      .map(([id, { _id, ...fields }]) => [id, fields as Fields] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

export const sorted = (model: Model): Model => new Map([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
