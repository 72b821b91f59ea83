import { encodeDocument, type Value } from '@argon/bson';
import { BSON } from 'mongodb';
import { describe, expect, it } from 'vitest';
import type { Commit, DraftCommit } from '../../../entry/entry';
import { settleCommits } from '../../../entry/settle';
import { commitOf, deletion, insertion } from '../../../testing/drafts';
import { assembleGroup, GroupCollector, type ReadGroup } from './assemble';
import { packGroup } from './pack';
import { type LogRecord, RECORD_BYTES, type SealedRecord, type UnsealedRecord } from './shape';
import { readRecord } from './unpack';

function settle(...drafts: DraftCommit[]): Commit[] {
  return settleCommits({ branchId: 7, after: 9, commits: drafts }, 10, 1_700_000_000_000);
}

function pack(commits: Commit[]): readonly LogRecord[] {
  return packGroup(commits, { refLsn: 7 }).records;
}

/** Undefined if no record seals a group; 'incomplete' if some of its records are missing. */
function read(records: readonly LogRecord[]): ReadGroup | 'incomplete' | undefined {
  const collector = new GroupCollector();
  let group: ReadGroup | 'incomplete' | undefined;
  for (const record of records) {
    const collected = collector.add(readRecord(BSON.serialize(record)));
    group = collected && (assembleGroup(collected) ?? 'incomplete');
  }
  return group;
}

function comparable(commits: readonly Commit[]): unknown {
  const hex = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString('hex');
  return commits.map((commit) => ({
    ...commit,
    entries: commit.entries.map((entry) => ({ ...entry, document: hex(entry.document) })),
  }));
}

function expectSame(read: ReadGroup | 'incomplete' | undefined, commits: Commit[]): void {
  if (read === undefined || read === 'incomplete') throw new Error(`The group is ${read}.`);
  expect(comparable(read.commits)).toEqual(comparable(commits));
}

describe('a group of commits', () => {
  it('is one record if it is small, and reads back the same', () => {
    const commits = settle(commitOf(insertion({ _id: 1, a: 'x' }), insertion({ _id: 'two', b: [1, 2] })), {
      ...commitOf(deletion({ documentId: 1, collection: 'things', lsn: 3, recordLsn: 2 })),
      actor: { user: 'u', app: 'a' },
    });
    const records = pack(commits);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ sealed: true });
    expectSame(read(records), commits);
  });

  it('is several records if it is large, of which the last seals the others', () => {
    const text = 'x'.repeat(10_000);
    const drafts = Array.from({ length: 50 }, (_, index) => insertion({ _id: index, text }));
    const commits = settle(commitOf(...drafts.slice(0, 30)), commitOf(...drafts.slice(30)));
    const records = pack(commits);
    expect(records.length).toBeGreaterThan(5);
    expect(records.map(({ sealed }) => sealed)).toEqual([...records.slice(1).map(() => false), true]);
    for (const record of records) expect(BSON.serialize(record).length).toBeLessThan(RECORD_BYTES * 1.2);
    expectSame(read(records), commits);
    expect(read(records.slice(1))).toBe('incomplete');
    expect(read([...records.slice(0, 2), ...records.slice(3)])).toBe('incomplete');
    expect(read(records.slice(0, -1))).toBeUndefined();
  });

  it('holds a document of 16 MiB, and an id as large, in parts', () => {
    const large = 'x'.repeat(16 * 1024 * 1024 - 60);
    const commits = settle(
      commitOf(
        insertion({ _id: 1, large: 'small' }),
        insertion({ _id: 2, large }),
        insertion({ _id: 3 }),
        insertion({ _id: large }),
      ),
    );
    const records = pack(commits);
    for (const record of records) expect(BSON.calculateObjectSize(record)).toBeLessThan(16 * 1024 * 1024);
    const ids = records.map(({ _id }) => [_id.lsn.toNumber(), _id.part]);
    expect(ids).toEqual([...ids].sort(([a, b], [c, d]) => a! - c! || b! - d!));
    expectSame(read(records), commits);
    expect(read(records.filter(({ _id }) => _id.lsn.toNumber() !== 11 || _id.part !== 1))).toBe('incomplete');
  });

  it('ignores the remains of others', () => {
    const text = 'x'.repeat(40_000);
    const dead = pack(settle(...[1, 2, 3].map((id) => commitOf(insertion({ _id: id, text })))));
    const commits = settleCommits(
      { branchId: 7, after: 9, commits: [commitOf(insertion({ _id: 1 }))] },
      20,
      5,
    );
    expectSame(read([...dead.slice(0, -1), ...pack(commits)]), commits);
  });
});

describe('documents that a driver would change', () => {
  const twice = Buffer.from(encodeDocument({ _id: 1, b: 2, c: 3 }));
  twice[twice.indexOf(0x63)] = 0x62;

  it('are stored as bytes', () => {
    const commits = settle(commitOf({ ...insertion({ _id: 1 }), document: twice }));
    const records = pack(commits);
    expect(records[0]).toMatchObject({ entries: [{ document_id: 1 }] });
    expect((records[0] as UnsealedRecord | SealedRecord).entries[0]).toHaveProperty('document_bson');
    expectSame(read(records), commits);
  });

  it('and so are ids', () => {
    const id = new Map<string, Value>([['x', new Map()]]);
    for (let level = 0; level < 170; level++) id.set('x', new Map([['x', id.get('x')!]]));
    const commits = settle(commitOf(insertion(new Map<string, Value>([['_id', id]]))));
    expectSame(read(pack(commits)), commits);
  });
});
