import type { Commit } from '@argon/wal';
import { expect, it } from 'vitest';
import { FollowedCommits } from './followed-commits';

const commit = (after: number, lsn: number) => ({ after, lsn }) as Commit;

it('has what followed, group by group, once', () => {
  const followed = new FollowedCommits(1, 10);
  followed.add([commit(10, 12), commit(12, 13)]);
  followed.add([commit(13, 20)]);
  expect(followed.take(10, 20)?.map((group) => group.map(({ lsn }) => lsn))).toEqual([[12, 13], [20]]);
  expect(followed.take(10, 20)).toBeUndefined();
  followed.add([commit(20, 21)]);
  expect(
    followed
      .take(20, 21)
      ?.flat()
      .map(({ lsn }) => lsn),
  ).toEqual([21]);
});

it('has nothing when somebody else committed in between, or when the head is elsewhere', () => {
  const followed = new FollowedCommits(1, 10);
  followed.add([commit(10, 12)]);
  followed.add([commit(15, 16)]);
  expect(followed.take(10, 16)).toBeUndefined();
  followed.add([commit(16, 17)]);
  expect(followed.take(16, 18)).toBeUndefined();
});
