import { Double, Long, MaxKey, MinKey, ObjectId, Timestamp, type Value } from '@argon/bson';
import { describe, expect, it } from 'vitest';
import { tokenTime } from '../stream/cluster-time';
import { bytes } from '../testing/stage';
import {
  coverageOf,
  decodePosition,
  encodePosition,
  forgotten,
  isCopying,
  isCovered,
  queued,
  type Position,
} from './position';

const START: Position = {
  site: 'mongodb://host/shop',
  token: Uint8Array.of(1, 0, 255),
  time: new Timestamp({ t: 7, i: 2 }),
  pass: '',
  current: null,
  queue: [],
  documents: 2 ** 40,
  events: 3,
  after: 12,
  holder: null,
};

describe('a position', () => {
  it.each<Value>([
    1,
    new Double(1),
    Long.fromNumber(1),
    'text',
    null,
    new ObjectId(),
    new MinKey(),
    new MaxKey(),
    new Map<string, Value>([['a', new Double(2)]]),
  ])('comes out of the record as it went in, with _id %s', (through) => {
    const position: Position = {
      ...START,
      pass: 'people',
      current: { collection: 'people', through, isNew: true },
      queue: ['pets'],
      holder: { id: 'x', host: 'here', pid: 3, until: 5 },
    };
    expect(decodePosition(encodePosition(position))).toEqual(position);
  });

  it('that is none is told', () => {
    const code = 'ARGON_MIGRATE_POSITION_UNREADABLE';
    for (const source of [Uint8Array.of(1), bytes({ mirror: 2 }), bytes({})])
      expect(() => decodePosition(source)).toThrow(expect.objectContaining({ code }));
  });

  it('stays within a branch’s record, however many collections come from elsewhere', () => {
    let position: Position = { ...START, pass: null };
    let longest = 0;
    for (let i = 0; i < 1200; i++) {
      position = queued(position, `collection-${'x'.repeat(60)}-${i}`);
      longest = Math.max(longest, encodePosition(position).length);
    }
    expect(longest).toBeLessThan(64 * 1024);
    expect(isCopying(position)).toBe(true);
  });

  it('knows what is copied', () => {
    const position: Position = {
      ...START,
      pass: 'm',
      current: { collection: 'm', through: 5, isNew: true },
      queue: ['c'],
    };
    expect(['a', 'c', 'n'].map((name) => coverageOf(position, name))).toEqual(['all', 'none', 'none']);
    const m = coverageOf(position, 'm');
    // In mongod's order: null, numbers, texts.
    expect([null, 5, new Double(5), 5.5, 'text'].map((id) => isCovered(m, id))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(coverageOf(forgotten(position, 'm'), 'm')).toBe('all');
    expect(coverageOf(queued(position, 'm'), 'm')).toBe('none');
    expect(queued(position, 'z').queue, 'the pass will come to it').toEqual(['c']);
    expect(isCopying({ ...START, pass: null })).toBe(false);
  });
});

it('tokens tell their time', () => {
  expect(tokenTime(bytes({ _data: '826B02CDE2000000162B0229296E04' }))).toEqual(
    new Timestamp({ t: 0x6b02cde2, i: 0x16 }),
  );
  expect(tokenTime(bytes({ _data: 'something else' }))).toBeUndefined();
});
