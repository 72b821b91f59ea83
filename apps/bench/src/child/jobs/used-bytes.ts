import { open } from 'lmdb';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What the data in an LMDB store takes: the size of a copy without the pages that are free. The file itself grows in
 * leaps, and not at all while there are free pages. Done in a process of its own, since one must not open an
 * environment twice.
 */
export async function usedBytes({ store, folder }: { store: string; folder: string }): Promise<number> {
  const copy = await mkdtemp(join(folder, 'copy-'));
  const environment = open({ path: store, noSubdir: false, readOnly: true });
  try {
    await environment.backup(copy, true);
    return (await stat(join(copy, 'data.mdb'))).size;
  } finally {
    await environment.close();
    await rm(copy, { recursive: true });
  }
}
