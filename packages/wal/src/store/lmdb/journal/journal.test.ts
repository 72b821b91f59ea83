import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ABORT, open, type RootDatabase } from 'lmdb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOT_FLUSHED, SYNCHRONOUS } from '../transaction-flags';
import { replay } from './changes';
import { DataFile } from '../data-file';
import { Journal } from './journal';

let folder: string;
let db: RootDatabase<Buffer, Buffer>;
let data: DataFile;
const journals: Journal[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'argon-journal-'));
  db = open<Buffer, Buffer>({
    path: folder,
    noSubdir: false,
    overlappingSync: false,
    keyEncoding: 'binary',
    encoding: 'binary',
  });
  db.transactionSync(() => void db.put(key('first'), key('')), SYNCHRONOUS);
  data = new DataFile(folder);
});

afterEach(async () => {
  for (const journal of journals.splice(0)) {
    journal.release();
    journal.close();
  }
  data.close();
  await db.close();
  await rm(folder, { recursive: true });
});

const key = (text: string) => Buffer.from(text);

function newJournal(): Journal {
  const journal = new Journal(folder, db, data);
  journals.push(journal);
  return journal;
}

/** Puts something in a journaled transaction, and says whether it was one. */
function put(journal: Journal, name: string, end: 'commit' | 'abort' = 'commit'): boolean {
  let isJournaled = false;
  db.transactionSync(() => {
    const state = db.getWriteTxnId() - 1;
    isJournaled = journal.begin(state);
    if (!isJournaled) return undefined;
    void db.put(key(name), key(name));
    journal.changes.put(key(name), key(name));
    expect(journal.write(state)).toBe(true);
    return end === 'abort' ? ABORT : undefined;
  }, NOT_FLUSHED);
  return isJournaled;
}

/** Puts something in a transaction that LMDB flushes. */
function putFlushed(journal: Journal, name: string): void {
  db.transactionSync(() => {
    journal.pass(db.getWriteTxnId() - 1);
    void db.put(key(name), key(name));
  }, SYNCHRONOUS);
}

/** What would be done again after a loss of power now. */
function left(journal: Journal): string[] | undefined {
  let names: string[] | undefined;
  db.transactionSync(() => {
    const found = journal.left(db.getWriteTxnId() - 1);
    if (found === undefined) return;
    names = [];
    for (const { changes } of found.records) replay(changes, (name) => names!.push(name.toString()));
  }, NOT_FLUSHED);
  return names;
}

it('holds what was journaled until LMDB flushes something by itself', () => {
  const journal = newJournal();
  expect(left(journal)).toBeUndefined();
  put(journal, 'a');
  put(journal, 'b');
  expect(left(journal)).toEqual(['a', 'b']);
  putFlushed(journal, 'c');
  expect(left(journal)).toBeUndefined();
  put(journal, 'd');
  expect(left(journal)).toEqual(['d']);
});

it('what was journaled and not committed is void', () => {
  const journal = newJournal();
  put(journal, 'a');
  put(journal, 'lost', 'abort');
  put(journal, 'b');
  expect(left(journal)).toEqual(['a', 'b']);
  put(journal, 'lost again', 'abort');
  // It has the id that the lost one had.
  putFlushed(journal, 'c');
  expect(left(journal)).toBeUndefined();
  put(journal, 'lost at first', 'abort');
  putFlushed(journal, 'd');
  expect(left(journal)).toBeUndefined();
});

it('each who writes sees to it that nothing is overwritten that may be needed again', () => {
  const [one, other] = [newJournal(), newJournal()];
  put(one, 'a');
  // The other has no guard, so the first one's generation ends here.
  put(other, 'b');
  expect(left(one)).toEqual(['b']);
  // The first one's guard is older, and good for this generation, too.
  put(one, 'c');
  put(other, 'd');
  expect(left(other)).toEqual(['b', 'c', 'd']);
  one.release();
  putFlushed(one, 'e');
  expect(left(other)).toBeUndefined();
});

it('comes to rest only for the one who wrote last', () => {
  const [one, other] = [newJournal(), newJournal()];
  const rest = (journal: Journal) =>
    db.transactionSync(() => journal.rest(db.getWriteTxnId() - 1), NOT_FLUSHED);
  put(one, 'a');
  put(other, 'b');
  rest(one);
  expect(left(one)).toEqual(['b']);
  rest(other);
  expect(left(one)).toBeUndefined();
});

it('goes over to another generation, which takes over what came meanwhile', async () => {
  const journal = newJournal();
  const names: string[] = [];
  let shortest = Infinity;
  for (let n = 0; n < 1500; n++) {
    names.push(`${n}`);
    expect(put(journal, `${n}`)).toBe(true);
    // Only now and then can it be seen that all is on disk.
    if (n % 100 === 0) await journal.settle();
    if (n % 50 > 0) continue;
    const held = left(journal)!;
    expect(held).toEqual(names.slice(-held.length));
    if (n > 600) shortest = Math.min(shortest, held.length);
  }
  expect(shortest).toBeLessThan(500);
});

it('takes nothing that does not fit', () => {
  const journal = newJournal();
  let isWritten = true;
  db.transactionSync(() => {
    const state = db.getWriteTxnId() - 1;
    expect(journal.begin(state)).toBe(true);
    journal.changes.put(key('large'), Buffer.alloc(600 * 1024));
    isWritten = journal.write(state);
    return ABORT;
  }, NOT_FLUSHED);
  expect(isWritten).toBe(false);
  expect(left(journal)).toBeUndefined();
});
