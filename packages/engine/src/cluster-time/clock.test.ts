import { decodeDocument, encodeDocument, Timestamp, type Doc, type Value } from '@argon/bson';
import { expect, it } from 'vitest';
import { ClusterClock } from './clock';

const time = (t: number, i: number) => new Timestamp({ t, i });
const told = (clusterTime: Timestamp): Doc =>
  new Map<string, Value>([
    ['clusterTime', clusterTime],
    ['signature', new Map()],
  ]);

it('the clock goes by commits, and by what clients bring along', () => {
  const clock = new ClusterClock();
  clock.seen({ lsn: 7, timestamp: 5000 });
  clock.seen({ lsn: 9, timestamp: 5900 });
  clock.seen({ lsn: 8, timestamp: 5999 });
  expect(clock.operationTime.equals(time(5, 9))).toBe(true);
  clock.seen({ lsn: 4, timestamp: 6000 });
  expect(clock.now.equals(time(6, 4))).toBe(true);
  for (const [t, i, isKnown] of [
    [6, 4, true],
    [6, 5, false],
    [5, 99, true],
    [7, 1, false],
  ] as const) {
    expect(clock.isKnown(encodeDocument(told(time(t, i))))).toBe(isKnown);
  }
  clock.bring(told(time(7, 1)));
  expect(clock.now.equals(time(7, 1))).toBe(true);
  expect(clock.operationTime.equals(time(6, 4))).toBe(true);
  const reply = decodeDocument(clock.clusterTime.bytes);
  expect((reply.get('clusterTime') as Timestamp).equals(time(7, 1))).toBe(true);
  expect([...reply.keys()]).toEqual(['clusterTime', 'signature']);
  expect(() => clock.bring(told(time(4_000_000_000, 1)))).toThrowError(
    expect.objectContaining({ codeName: 'ClusterTimeFailsRateLimiter' }),
  );
});
