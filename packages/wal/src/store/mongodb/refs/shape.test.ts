import assert from 'node:assert/strict';
import { Long } from 'mongodb';
import { it } from 'vitest';
import { branchOf, storedRetention, type StoredBranch } from './shape';

const STORED: StoredBranch = {
  ...{ _id: Long.fromNumber(2), project_id: Long.fromNumber(1), name: 'main', parent_id: null },
  ...{ base_lsn: Long.fromNumber(0), start_lsn: Long.fromNumber(2), head_lsn: Long.fromNumber(9) },
  ...{ ref_lsn: Long.fromNumber(9), resets: [], created_at: new Date(5) },
  ...{ created_by: { user: 'ada', app: 'cli' }, protected: false, expires_at: null, status: 'active' },
};

it.each([
  [{ since_lsn: Long.fromNumber(3) }, { sinceLsn: 3 }],
  [{ days: 30 }, { days: 30 }],
  [{ all: true }, { all: true }],
  [{ since_pin: 'v1' }, { sincePin: 'v1' }],
  [null, null],
] as const)('reads the policy %j as it is stored, and writes it alike', (stored, policy) => {
  const retention = {
    ...{ horizon: Long.fromNumber(0), horizon_set_at: new Date(0), compacted: Long.fromNumber(0), pins: [] },
    ...{ keep: stored, project_keep: stored },
  };
  const found = branchOf({ ...STORED, retention }).retention!;
  assert.deepEqual([found.keep, found.projectKeep], [policy, policy]);
  assert.deepEqual(storedRetention(found), retention);
});
