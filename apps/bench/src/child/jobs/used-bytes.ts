import { open } from 'lmdb';

interface Stats {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

/**
 * What the data in an LMDB store takes: the pages of its tree. The file grows in leaps, and not at all while there are
 * free pages. Done in a process of its own, since one must not open an environment twice.
 */
export async function usedBytes({ store }: { store: string }): Promise<number> {
  const environment = open({ path: store, noSubdir: false, readOnly: true });
  try {
    const { root } = environment.getStats() as { root: Stats };
    return (root.treeBranchPageCount + root.treeLeafPageCount + root.overflowPages) * root.pageSize;
  } finally {
    await environment.close();
  }
}
