import type { Doc } from '@argon/bson';
import type { Operation } from '@argon/engine';
import type { AnyBranch, AnyBranchService } from '../dual/contract';
import { replyDocument } from './reply-value';

/** Where an operation's branches are: in the log alone, or on both sides. */
export type ServiceOf = (operation: Operation) => AnyBranchService;

/** A branch as replies show it. */
export function branchDocument(branch: AnyBranch): Doc {
  const { type, id, name, project, parent, createdAt, expiresAt } = branch;
  return replyDocument({
    ...{ type, id, name, project, parent },
    ...(branch.type === 'wal'
      ? { headLsn: branch.headLsn, baseLsn: branch.baseLsn, headAt: new Date(branch.headAt) }
      : {}),
    createdAt: createdAt === null ? null : new Date(createdAt),
    ...(branch.type === 'wal' ? { createdBy: branch.createdBy } : {}),
    protected: branch.protected,
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
    ...(branch.type === 'wal' ? { resets: branch.resets } : {}),
  });
}
