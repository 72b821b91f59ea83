import type { Lsn } from '../../entry/entry';
import { encodeText, VarintReader, varintLength, writeVarint } from '../../entry/varint';
import type { BranchRecord, Merge, ProjectRecord, Reset } from '../../refs/records';
import type { Retention } from '../../refs/retention';
import type { Tail } from './blocks/tail';
import { readU64BE, writeU64BE } from './keys';

/*
 * Records as they lie in LMDB, small: a branch takes about 60 bytes. A branch record begins with what every append
 * changes, so that it can be patched without decoding the rest:
 *
 *   0 head LSN u64   8 head time u64   16 tail LSN u64   24 tail bytes u32 (blocks/tail.ts)
 *  28 flags u8 (1 deleted, 2 protected, 4 expires, 8 retention, 16 merges, 32 resets to other branches,
 *     64 source)
 *  29 varints: project id, parent id (0: none), base LSN, start LSN, created at, [expires at], number of resets and
 *     for each its LSN and target; then name, user, app, and [retention as JSON], each a varint length and UTF-8;
 *     [number of merges, and for each its LSN, the branch and the LSN merged]; [number of resets to what other branches
 *     showed, and for each its place among the resets and the branch]; [source, a varint length and bytes].
 */
const DELETED = 1;
const PROTECTED = 2;
const EXPIRES = 4;
const HAS_RETENTION = 8;
const HAS_MERGES = 16;
const HAS_ADOPTIONS = 32;
const HAS_SOURCE = 64;
const FLAGS_AT = 28;
const REST_START = 29;

/** What the store keeps of a branch: its record, and what that does not carry. */
export interface StoredBranch {
  readonly record: BranchRecord;
  readonly headTimestamp: number;
  readonly tail: Tail;
}

/** Numbers, and texts already encoded, one after the other. */
function pack(start: number, parts: readonly (number | Buffer)[]): Buffer {
  let length = start;
  for (const part of parts) length += typeof part === 'number' ? varintLength(part) : part.length;
  const bytes = Buffer.alloc(length);
  let at = start;
  for (const part of parts) {
    if (typeof part === 'number') at = writeVarint(bytes, part, at);
    else at += part.copy(bytes, at);
  }
  return bytes;
}

export function encodeBranch({ record, headTimestamp, tail }: StoredBranch): Buffer {
  const adoptions = record.resets.flatMap(({ branchId }, i) => (branchId === undefined ? [] : [i, branchId]));
  const bytes = pack(REST_START, [
    record.projectId,
    record.parentId ?? 0,
    record.baseLsn,
    record.startLsn,
    record.createdAt,
    ...(record.expiresAt === null ? [] : [record.expiresAt]),
    record.resets.length,
    ...record.resets.flatMap((reset) => [reset.lsn, reset.to]),
    encodeText(record.name),
    encodeText(record.createdBy.user),
    encodeText(record.createdBy.app),
    ...(record.retention === undefined ? [] : [encodeText(JSON.stringify(record.retention))]),
    ...(record.merges === undefined
      ? []
      : [record.merges.length, ...record.merges.flatMap(({ lsn, from, at }) => [lsn, from, at])]),
    ...(adoptions.length === 0 ? [] : [adoptions.length / 2, ...adoptions]),
    ...(record.source === undefined ? [] : [record.source.length, Buffer.from(record.source)]),
  ]);
  writeEnd(bytes, { lsn: record.headLsn, timestamp: headTimestamp, tail });
  bytes[FLAGS_AT] =
    (record.status === 'deleted' ? DELETED : 0) |
    (record.protected ? PROTECTED : 0) |
    (record.expiresAt === null ? 0 : EXPIRES) |
    (record.retention === undefined ? 0 : HAS_RETENTION) |
    (record.merges === undefined ? 0 : HAS_MERGES) |
    (adoptions.length === 0 ? 0 : HAS_ADOPTIONS) |
    (record.source === undefined ? 0 : HAS_SOURCE);
  return bytes;
}

/** @throws RangeError if the bytes are cut short */
export function decodeBranch(id: number, bytes: Buffer): StoredBranch {
  if (bytes.length < REST_START) throw new RangeError('a branch record is cut short');
  const flags = bytes[FLAGS_AT]!;
  const rest = new VarintReader(bytes, REST_START);
  const projectId = rest.number();
  const parentId = rest.number();
  const baseLsn = rest.number();
  const startLsn = rest.number();
  const createdAt = rest.number();
  const expiresAt = flags & EXPIRES ? rest.number() : null;
  const resets: Reset[] = [];
  for (let left = rest.number(); left > 0; left--) resets.push({ lsn: rest.number(), to: rest.number() });
  const name = rest.text();
  const createdBy = { user: rest.text(), app: rest.text() };
  const record: BranchRecord = {
    id,
    projectId,
    name,
    parentId: parentId === 0 ? null : parentId,
    baseLsn,
    startLsn,
    headLsn: readU64BE(bytes, 0),
    resets,
    createdAt,
    createdBy,
    protected: (flags & PROTECTED) !== 0,
    expiresAt,
    status: flags & DELETED ? 'deleted' : 'active',
    ...(flags & HAS_RETENTION ? { retention: JSON.parse(rest.text()) as Retention } : {}),
    ...(flags & HAS_MERGES ? { merges: readMerges(rest) } : {}),
  };
  if (flags & HAS_ADOPTIONS) readAdoptions(rest, resets);
  const source = flags & HAS_SOURCE ? { source: rest.blob() } : {};
  return { record: { ...record, ...source }, headTimestamp: readU64BE(bytes, 8), tail: readTail(bytes) };
}

function readMerges(rest: VarintReader): readonly Merge[] {
  const merges: Merge[] = [];
  for (let left = rest.number(); left > 0; left--) {
    merges.push({ lsn: rest.number(), from: rest.number(), at: rest.number() });
  }
  return merges;
}

/** Says of resets whose past they show. */
function readAdoptions(rest: VarintReader, resets: Reset[]): void {
  for (let left = rest.number(); left > 0; left--) {
    const i = rest.number();
    resets[i] = { ...resets[i]!, branchId: rest.number() };
  }
}

/** What every append looks at, and changes: the end of a branch's chain. */
export interface ChainEnd {
  readonly lsn: Lsn;
  readonly timestamp: number;
  readonly tail: Tail;
}

/** Read without decoding the rest. @throws RangeError if the bytes are cut short */
export function readHead(bytes: Buffer): { lsn: Lsn; timestamp: number; deleted: boolean } {
  if (bytes.length < REST_START) throw new RangeError('a branch record is cut short');
  return {
    lsn: readU64BE(bytes, 0),
    timestamp: readU64BE(bytes, 8),
    deleted: (bytes[FLAGS_AT]! & DELETED) !== 0,
  };
}

export function readTail(bytes: Buffer): Tail {
  return { lsn: readU64BE(bytes, 16), bytes: bytes.readUInt32BE(24) };
}

/** The encoded record with another end of its chain. */
export function withEnd(bytes: Buffer, end: ChainEnd): Buffer {
  const copy = Buffer.from(bytes);
  writeEnd(copy, end);
  return copy;
}

function writeEnd(bytes: Buffer, { lsn, timestamp, tail }: ChainEnd): void {
  writeU64BE(bytes, lsn, 0);
  writeU64BE(bytes, timestamp, 8);
  writeU64BE(bytes, tail.lsn, 16);
  bytes.writeUInt32BE(tail.bytes, 24);
}

export function encodeProject(record: ProjectRecord): Buffer {
  return pack(0, [record.status === 'deleted' ? DELETED : 0, record.createdAt, encodeText(record.name)]);
}

/** @throws RangeError if the bytes are cut short */
export function decodeProject(id: number, bytes: Buffer): ProjectRecord {
  const rest = new VarintReader(bytes, 0);
  const status = rest.number() === DELETED ? 'deleted' : 'active';
  return { id, createdAt: rest.number(), name: rest.text(), status };
}
