import type { BranchUser } from './branch-user';

/** Tests of a branch service, by what they show. Each finds `main` alone, and empty. */
export type BranchTests = Readonly<Record<string, (user: BranchUser) => Promise<void>>>;
