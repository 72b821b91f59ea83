import assert from 'node:assert/strict';
import { NOBODY, openStore, type DraftEntry, type Lsn, type Store } from '@argon/wal';
import fc from 'fast-check';
import { afterEach, describe, it } from 'vitest';
import { Materializer } from '../materializer';
import { createCollection, createIndex, insert, remove, update } from '../testing/entries';
import { written } from '../testing/written';

const MAIN = 2;
const INDEX = { v: 2, key: { a: 1, b: 1 }, name: 'a_1_b_1' };

/** Arrays in both fields have no keys in the index. */
const value = fc.oneof(
  fc.integer({ min: 0, max: 2 }),
  fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
);
const fields = fc.record({ a: value, b: value });
const keyed = fields.filter(({ a, b }) => !Array.isArray(a) || !Array.isArray(b));
const change = fc.record({ at: fc.nat(), to: fc.option(keyed, { nil: null }), isKept: fc.boolean() });

interface Written {
  readonly record: Lsn;
  head: Lsn;
  fields: Partial<{ a: unknown; b: unknown }> | null;
}

let store: Store;
const open: Materializer[] = [];

function materializer(): Materializer {
  // What is compacted away is not to be found in memory.
  const made = new Materializer(store, { cacheBytes: 0 });
  open.push(made);
  return made;
}

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function write(writer: Materializer, entries: DraftEntry[]): Promise<readonly Lsn[]> {
  if (entries.length === 0) return [];
  const commits = await written(store, MAIN, [entries]);
  await writer.committed(MAIN, commits);
  return commits.flatMap(({ entries: settled }) => settled.map(({ lsn }) => lsn));
}

/** Changes documents; those that have no keys get some, if asked. */
async function carryOut(
  writer: Materializer,
  documents: Written[],
  changes: readonly { at: number; to: { a: unknown; b: unknown } | null; isKept: boolean }[],
  areAllKeyed: boolean,
): Promise<void> {
  const next = new Map<Written, Written['fields']>();
  for (const { at, to, isKept } of changes) {
    const one = documents[at % documents.length]!;
    if (one.fields !== null) next.set(one, isKept && to !== null ? { ...one.fields } : to);
  }
  for (const one of documents) {
    const after = next.has(one) ? next.get(one)! : one.fields;
    if (areAllKeyed && Array.isArray(after?.a) && Array.isArray(after.b)) next.set(one, { a: 1, b: after.b });
  }
  const entries = [...next].map(([{ record, head }, to]) =>
    to === null
      ? remove('c', { _id: record }, record, head)
      : update('c', { _id: record, ...to, n: head }, record, head),
  );
  const lsns = await write(writer, entries);
  for (const [i, [one, to]] of [...next].entries()) Object.assign(one, { head: lsns[i]!, fields: to });
}

describe('an index that is made after a snapshot', () => {
  it('holds what documents are, whatever they were, and so do the snapshots that follow', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fields, { minLength: 1, maxLength: 12 }),
        fc.array(change, { maxLength: 8 }),
        fc.array(change, { maxLength: 8 }),
        fc.array(change, { maxLength: 8 }),
        fc.boolean(),
        async (before, between, after, last, isCompacted) => {
          store = await openStore('memory:');
          await store.createProject({ name: 'p', branchName: 'main', actor: NOBODY });
          const writer = materializer();
          await writer.current(MAIN);
          const made = before.map((document, i) => insert('c', { _id: 4 + i, ...document }));
          const lsns = await write(writer, [createCollection('c'), ...made]);
          const documents = before.map((document, i): Written => {
            const record = lsns[i + 1]!;
            return { record, head: record, fields: document };
          });
          await writer.snapshot(MAIN);
          await carryOut(writer, documents, between, true);
          if (isCompacted) await compact();
          await write(writer, [createIndex('c', INDEX)]);
          await agrees(writer);
          await carryOut(writer, documents, after, true);
          await agrees(writer);
          await writer.snapshot(MAIN);
          await carryOut(writer, documents, last, true);
          if (isCompacted) await compact();
          await agrees(writer);
          await writer.snapshot(MAIN);
          const { problems } = await materializer().verify();
          assert.deepEqual(problems, []);
        },
      ),
    );
  });
});

/** As another process does it. */
async function compact(): Promise<void> {
  await materializer().compact({ branchId: MAIN }, { keep: { sinceLsn: Number.MAX_SAFE_INTEGER } });
}

/** The index is that of a process that has just begun. */
async function agrees(writer: Materializer): Promise<void> {
  const [one, other] = [await entries(writer), await entries(materializer())];
  assert.deepEqual(one, other);
}

async function entries(reader: Materializer): Promise<unknown[]> {
  const state = await reader.current(MAIN);
  const scan = (await reader.indexOf(state, 'c', INDEX.name)).scan();
  const found: unknown[] = [];
  for (let batch = await scan.next(); batch !== undefined; batch = await scan.next()) found.push(...batch);
  return found;
}
