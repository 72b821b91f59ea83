import type { Lsn } from '@argon/wal';

const RECORD_BYTES = 7;
const TWO_28 = 2 ** 28;

/**
 * The key of one entry in an index's tree: the index key and the record behind it, so that entries under one key lie in
 * natural order. LSNs are below 2^53, so seven code units hold them.
 */
export function indexEntryKey(key: string, record: Lsn): string {
  const high = Math.floor(record / TWO_28);
  const low = record % TWO_28;
  return (
    key +
    String.fromCharCode(
      high >>> 20,
      (high >>> 12) & 255,
      (high >>> 4) & 255,
      ((high & 15) << 4) | (low >>> 24),
      (low >>> 16) & 255,
      (low >>> 8) & 255,
      low & 255,
    )
  );
}

export function keyOfEntry(entryKey: string): string {
  return entryKey.slice(0, -RECORD_BYTES);
}

export function recordOfEntry(entryKey: string): Lsn {
  const at = entryKey.length - RECORD_BYTES;
  const third = entryKey.charCodeAt(at + 3);
  const high =
    (entryKey.charCodeAt(at) << 20) |
    (entryKey.charCodeAt(at + 1) << 12) |
    (entryKey.charCodeAt(at + 2) << 4) |
    (third >>> 4);
  const low =
    ((third & 15) << 24) |
    (entryKey.charCodeAt(at + 4) << 16) |
    (entryKey.charCodeAt(at + 5) << 8) |
    entryKey.charCodeAt(at + 6);
  return high * TWO_28 + low;
}

/** Greater than every entry under `key`, less than those under greater keys. */
export function endOfKey(key: string): string {
  return `${key}\xff`;
}
