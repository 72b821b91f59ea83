import type { BranchState, CollectionCatalog } from '@argon/materializer';
import { createHash } from 'node:crypto';
import { SYSTEM_VIEWS } from './resolve';

/** What listCollections tells of `system.views`: the same UUID each time, on the branch that it was asked of. */
export function systemViews({ branchId }: BranchState): CollectionCatalog {
  const uuid = createHash('sha256').update(`${SYSTEM_VIEWS} ${branchId}`).digest().subarray(0, 16);
  uuid[6] = (uuid[6]! & 0x0f) | 0x40;
  uuid[8] = (uuid[8]! & 0x3f) | 0x80;
  return {
    name: SYSTEM_VIEWS,
    uuid: Uint8Array.from(uuid),
    type: 'collection',
    options: new Map(),
    indexes: [],
  };
}
