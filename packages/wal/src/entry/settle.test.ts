import { expect, it } from 'vitest';
import { commitOf, insertion, replacement } from '../testing/drafts';
import { verifyEntry } from './codec';
import { provisionalLsn, settleLsn, isProvisional, MAX_LSN } from './entry';
import { EmptyCommitError } from './errors';
import { countEntries, settleCommits } from './settle';

it('gives consecutive LSNs, links and checksums', () => {
  const first = { ...insertion({ _id: 1 }), recordLsn: provisionalLsn(0) };
  const drafts = [
    commitOf(first, insertion({ _id: 2 })),
    commitOf(
      replacement(
        { documentId: 1, collection: 'things', recordLsn: provisionalLsn(0), lsn: provisionalLsn(0) },
        { _id: 1, v: 2 },
      ),
      replacement({ documentId: 9, collection: 'things', recordLsn: 4, lsn: 7 }, { _id: 9 }),
    ),
  ];
  expect(countEntries(drafts)).toBe(4);
  const commits = settleCommits({ branchId: 2, after: 8, commits: drafts }, 10, 1234);
  expect(commits.map(({ lsn, after, branchId, timestamp }) => [lsn, after, branchId, timestamp])).toEqual([
    [11, 8, 2, 1234],
    [13, 11, 2, 1234],
  ]);
  const entries = commits.flatMap((commit) => commit.entries);
  expect(entries.map((entry) => [entry.lsn, entry.prevLsn, entry.recordLsn, entry.commitLsn])).toEqual([
    [10, 0, 10, 11],
    [11, 0, 11, 11],
    [12, 10, 10, 13],
    [13, 7, 4, 13],
  ]);
  expect(entries.every((entry) => verifyEntry(entry))).toBe(true);
});

it('refuses empty commits and groups', () => {
  for (const commits of [[], [commitOf()], [commitOf(insertion({ _id: 1 })), commitOf()]]) {
    expect(() => settleCommits({ branchId: 2, after: 2, commits }, 3, 0)).toThrow(EmptyCommitError);
  }
});

it('tells provisional LSNs from real ones', () => {
  expect(isProvisional(MAX_LSN)).toBe(false);
  expect(isProvisional(provisionalLsn(0))).toBe(true);
  for (const n of [0, 1, 2, 999_999]) expect(settleLsn(provisionalLsn(n), 5)).toBe(5 + n);
  expect(settleLsn(MAX_LSN, 5)).toBe(MAX_LSN);
});
