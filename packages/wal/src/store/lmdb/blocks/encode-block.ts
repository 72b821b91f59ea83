import { crc32 } from 'node:zlib';
import { encodeText, varintLength, writeVarint } from '../../../entry/varint';
import { compress } from './compression';
import type { Item } from './item';
import {
  BASE,
  BLOCK_FORMAT,
  BLOCK_PREFIX,
  COMMIT,
  COMPRESSED,
  foldSign,
  GAP,
  HEAD_MAX,
  KIND,
  PREV,
  RECORD,
  TEXTS,
  TIME,
} from './layout';

/** Less is not worth compressing by itself, and will soon be compressed with its neighbours. */
const MIN_COMPRESSED = 1024;

/** Items `from` up to `to` (exclusive) as a block. */
export function encodeBlock(items: readonly Item[], from: number, to: number): Buffer {
  const heads = encodeHeads(items, from, to);
  const payloads = joinPayloads(items, from, to);
  const compressed = payloads.length < MIN_COMPRESSED ? undefined : compress(payloads);
  const body = compressed ?? payloads;
  const first = items[from]!;
  const last = items[to - 1]!;
  const numbers = [
    first.lsn,
    last.lsn - first.lsn,
    first.timestamp,
    last.timestamp - first.timestamp,
    to - from,
    heads.length,
    payloads.length,
  ];

  let length = BLOCK_PREFIX + heads.length + body.length;
  for (const number of numbers) length += varintLength(number);
  const block = Buffer.allocUnsafe(length);
  block[4] = (BLOCK_FORMAT << 4) | (compressed === undefined ? 0 : COMPRESSED);
  let at = BLOCK_PREFIX;
  for (const number of numbers) at = writeVarint(block, number, at);
  block.set(heads, at);
  block.set(body, at + heads.length);
  block.writeUInt32LE(crc32(block.subarray(4)), 0);
  return block;
}

function joinPayloads(items: readonly Item[], from: number, to: number): Buffer {
  let length = 0;
  for (let i = from; i < to; i++) length += items[i]!.aside.length + items[i]!.content.length;
  const payloads = Buffer.allocUnsafe(length);
  let at = 0;
  for (let i = from; i < to; i++) {
    const { aside, content } = items[i]!;
    if (aside.length > 0) payloads.set(aside, at);
    payloads.set(content, (at += aside.length));
    at += content.length;
  }
  return payloads;
}

type Texts = Pick<Item, 'collection' | 'actor'>;

function areSame(a: Texts, b: Texts): boolean {
  return a.collection === b.collection && a.actor.user === b.actor.user && a.actor.app === b.actor.app;
}

/** Which of the texts met so far an item has; a new one is added. Neighbours nearly always share them. */
function placeOf(met: Texts[], item: Item, last: number): number {
  if (last < met.length && areSame(met[last]!, item)) return last;
  const place = met.findIndex((texts) => areSame(texts, item));
  return place === -1 ? met.push(item) - 1 : place;
}

let lastEncoded: (Texts & { readonly bytes: Buffer }) | undefined;

function encodeTexts({ collection, actor }: Texts): Buffer {
  if (lastEncoded === undefined || !areSame(lastEncoded, { collection, actor })) {
    const bytes = Buffer.concat([collection, actor.user, actor.app].map(encodeText));
    lastEncoded = { collection, actor, bytes };
  }
  return lastEncoded.bytes;
}

let scratch: Buffer = Buffer.allocUnsafeSlow(16 * 1024);

function encodeHeads(items: readonly Item[], from: number, to: number): Buffer {
  const texts: Texts[] = [];
  let [lsn, timestamp, commitLsn, text, prev, record, operation, shape] = [
    items[from]!.lsn - 1,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  let at = 0;
  for (let i = from; i < to; i++) {
    const item = items[i]!;
    const count = texts.length;
    const index = placeOf(texts, item, text);
    const newTexts = texts.length > count ? encodeTexts(item) : undefined;
    const room = HEAD_MAX + (newTexts?.length ?? 0);
    if (at + room > scratch.length) scratch = grown(scratch, at + room);

    const head = at;
    let flags = 0;
    scratch.writeUInt32LE(item.checksum, at + 1);
    at = writeVarint(scratch, item.aside.length + item.content.length, at + 5);
    if (item.lsn !== lsn + 1) {
      flags |= GAP;
      at = writeVarint(scratch, item.lsn - lsn - 1, at);
    }
    if (item.timestamp !== timestamp) {
      flags |= TIME;
      at = writeVarint(scratch, foldSign(item.timestamp - timestamp), at);
    }
    if (item.commitLsn !== (commitLsn >= item.lsn ? commitLsn : item.lsn)) {
      flags |= COMMIT;
      at = writeVarint(scratch, item.commitLsn - item.lsn, at);
    }
    if (newTexts !== undefined || index !== text) {
      flags |= TEXTS;
      at = writeVarint(scratch, index, at);
      if (newTexts !== undefined) at += newTexts.copy(scratch, at);
    }
    const prevBack = item.prevLsn === 0 ? 0 : foldSign(item.lsn - item.prevLsn);
    if (prevBack !== prev) {
      flags |= PREV;
      at = writeVarint(scratch, prevBack, at);
    }
    // 1 says that there is none: −1 would be a record that begins after its version.
    const recordBack = item.recordLsn === 0 ? 1 : foldSign(item.lsn - item.recordLsn);
    if (recordBack !== record) {
      flags |= RECORD;
      at = writeVarint(scratch, recordBack, at);
    }
    if (item.operation !== operation || item.shape !== shape) {
      flags |= KIND;
      scratch[at++] = item.operation;
      scratch[at++] = item.shape;
    }
    if (item.baseBranchId !== 0) {
      flags |= BASE;
      at = writeVarint(scratch, item.baseBranchId, at);
    }
    scratch[head] = flags;
    ({ lsn, timestamp, commitLsn, operation, shape } = item);
    [text, prev, record] = [index, prevBack, recordBack];
  }
  return Buffer.from(scratch.subarray(0, at));
}

function grown(bytes: Buffer, least: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, least));
  bytes.copy(larger);
  return larger;
}
