import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { LayeredBranchState } from '../state/branch-state';
import { Trail } from './trail';

describe('Trail', () => {
  it('has a state near any past, in proportion to how long ago it is, and few of them', () => {
    const trail = new Trail();
    const length = 20_000;
    for (let lsn = 1; lsn <= length; lsn++) trail.push(LayeredBranchState.empty(2, lsn, 0), 1);
    assert.ok(trail.size <= 20, `${trail.size} states`);
    for (let ago = 0; ago < length - 1; ago += 1 + (ago >> 4)) {
      const lsn = length - ago;
      const replayed = lsn - (trail.nearest(lsn)?.lsn ?? 0);
      assert.ok(replayed <= 4 * ago, `${ago} entries ago: ${replayed} to replay`);
    }
    assert.equal(trail.newest?.lsn, length);
  });

  it('has nothing before its first state', () => {
    const trail = new Trail();
    trail.push(LayeredBranchState.empty(2, 10, 0), 0);
    assert.equal(trail.nearest(9), undefined);
    assert.equal(trail.nearest(10)?.lsn, 10);
  });
});
