import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { leftInFile } from './journal/left';

/*
 * What LMDB would not survive is looked at before it opens a file: given garbage it crashes the process, and pages
 * that lie beyond the end of a file that was cut short are a bus error. Layout: mdb.c of lmdb-js (data version 2,
 * little endian hosts). A page begins with a header of 24 bytes; the first two pages each hold a meta record.
 */
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const HEADER = 24;
/** Bytes of a meta record, which follows its page's header. */
export const META_BYTES = 176;
const P_BRANCH = 0x01;
const P_LEAF = 0x02;
const P_META = 0x08;
const F_BIGDATA = 0x01;
const TRANSACTION_AT = 128;
const NO_PAGE = 0xffffffffffffffffn;

/** Where in a meta page the id of the transaction that wrote it is, u64. */
export const META_TRANSACTION_AT = HEADER + TRANSACTION_AT;

/** The id of the transaction that wrote a meta record. */
export function transactionOfMeta(meta: Buffer): number {
  return Number(meta.readBigUInt64LE(TRANSACTION_AT));
}

/** The same meta record under another transaction's id. */
export function withTransaction(meta: Buffer, transaction: number): Buffer {
  const changed = Buffer.from(meta);
  changed.writeBigUInt64LE(BigInt(transaction), TRANSACTION_AT);
  return changed;
}

/** Where the meta record of a transaction goes. */
export function metaPlace(transaction: number, pageSize: number): number {
  return (transaction & 1) * pageSize + HEADER;
}

/** Bytes per page of an open data file. */
export function pageSizeOf(file: number): number {
  return read(file, HEADER + 24, 4).readUInt32LE();
}

interface Meta {
  readonly pageSize: number;
  readonly roots: readonly bigint[];
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

/** How long a file must stay as it is before what is wrong with it counts, milliseconds. */
const SETTLED_AFTER = 100;
const LOOKS = 50;

/**
 * What is wrong with a data file; undefined if LMDB may open it. An empty file is one that is about to be made. Power
 * may have been lost while LMDB wrote what is in the journal, too; then the state counts that this begins from.
 */
export function problemOfDataFile(path: string, journal: string): string | undefined {
  const file = openSync(path, 'r');
  try {
    // Others may be making the file or writing to it while we look. Damage stays; theirs is gone at a later look.
    let before: Look | undefined;
    for (let look = 1; ; look++) {
      const now = lookAt(file);
      if (now.problem === undefined) return undefined;
      if (look === LOOKS || (before !== undefined && sameLook(before, now))) {
        return problemBesideJournal(file, now, journal);
      }
      before = now;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLED_AFTER);
    }
  } finally {
    closeSync(file);
  }
}

function problemBesideJournal(
  file: number,
  { problem, transaction }: Look,
  journal: string,
): string | undefined {
  const left = transaction === undefined ? undefined : leftInFile(journal, Number(transaction));
  return left === undefined ? problem : problemOfState(file, metaOf(left.meta));
}

interface Look {
  readonly problem: string | undefined;
  readonly size: number;
  readonly transaction: bigint | undefined;
}

function sameLook(left: Look, right: Look): boolean {
  return left.problem === right.problem && left.size === right.size && left.transaction === right.transaction;
}

function lookAt(file: number): Look {
  if (fstatSync(file).size === 0) return { problem: undefined, size: 0, transaction: undefined };
  const meta = newestMeta(file);
  // Only now: what a meta page tells of was in the file before it.
  const { size } = fstatSync(file);
  if (typeof meta === 'string') return { problem: meta, size, transaction: undefined };
  return { problem: problemOfState(file, meta), size, transaction: meta.transaction };
}

function problemOfState(file: number, meta: Meta): string | undefined {
  const { size } = fstatSync(file);
  // The file may end before the last page if the final ones are free, so a short file needs a closer look.
  const isShort = BigInt(size) < (meta.lastPage + 1n) * BigInt(meta.pageSize);
  return isShort ? pagesBeyondEnd(file, meta, size) : undefined;
}

function read(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, at));
}

function metaAt(file: number, at: number): Meta | string {
  const bytes = read(file, at, META_BYTES);
  if (bytes.length < META_BYTES) return 'its data file is cut short';
  if ((bytes.readUInt16LE(18) & P_META) === 0 || bytes.readUInt32LE(HEADER) !== MAGIC) {
    return 'its data file is not an LMDB database';
  }
  const version = bytes.readUInt32LE(HEADER + 4) & 0xffff;
  if (version !== DATA_VERSION)
    return `its data file has LMDB's data version ${version}, not ${DATA_VERSION}`;
  const pageSize = bytes.readUInt32LE(HEADER + 24);
  if (pageSize < 256 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0) {
    return `its data file claims pages of ${pageSize} bytes`;
  }
  return metaOf(bytes.subarray(HEADER));
}

function metaOf(meta: Buffer): Meta {
  return {
    pageSize: meta.readUInt32LE(24),
    roots: [meta.readBigUInt64LE(64), meta.readBigUInt64LE(112)],
    lastPage: meta.readBigUInt64LE(120),
    transaction: meta.readBigUInt64LE(TRANSACTION_AT),
  };
}

function newestMeta(file: number): Meta | string {
  const first = metaAt(file, 0);
  if (typeof first === 'string') return first;
  const second = metaAt(file, first.pageSize);
  if (typeof second === 'string') return second;
  return second.transaction > first.transaction ? second : first;
}

/** Walks both trees; says so if any page of them lies beyond the end of the file. */
function pagesBeyondEnd(file: number, meta: Meta, size: number): string | undefined {
  const pages = meta.roots.filter((root) => root !== NO_PAGE);
  const end = BigInt(Math.floor(size / meta.pageSize));
  const seen = new Set<bigint>();
  for (let page = pages.pop(); page !== undefined; page = pages.pop()) {
    if (page >= end) return 'its data file is cut short';
    if (seen.has(page)) continue;
    seen.add(page);
    const bytes = read(file, Number(page) * meta.pageSize, meta.pageSize);
    for (const child of childrenOf(bytes)) {
      if (child.page + child.count > end) return 'its data file is cut short';
      if (child.count === 1n && !child.isOverflow) pages.push(child.page);
    }
  }
  return undefined;
}

/** The pages that a branch or leaf page points to. */
function* childrenOf(page: Buffer): Iterable<{ page: bigint; count: bigint; isOverflow: boolean }> {
  const flags = page.readUInt16LE(18);
  const count = page.readUInt16LE(20) >> 1;
  for (let i = 0; i < count; i++) {
    const node = HEADER + page.readUInt16LE(HEADER + 2 * i);
    if (node + 8 > page.length) return;
    const low = BigInt(page.readUInt32LE(node));
    const nodeFlags = page.readUInt16LE(node + 4);
    const keySize = page.readUInt16LE(node + 6);
    if (flags & P_BRANCH) {
      yield { page: low | (BigInt(nodeFlags) << 32n), count: 1n, isOverflow: false };
    } else if (flags & P_LEAF && nodeFlags & F_BIGDATA && node + 8 + keySize + 24 <= page.length) {
      const start = page.readBigUInt64LE(node + 8 + keySize);
      const pages = page.readBigUInt64LE(node + 8 + keySize + 16);
      yield { page: start, count: pages, isOverflow: true };
    }
  }
}
