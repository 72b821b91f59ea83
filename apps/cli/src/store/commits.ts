import type { CommitsAt } from '@argon/branch';
import { UsageError } from '../errors/errors';
import { readLsn } from './moment';

/** How commits are named, for help. */
export const COMMITS_HELP = 'LSNs of commits (1042), or ranges of them (1042..1050), both ends included';

/** Reads LSNs and ranges of them. @throws UsageError */
export function readCommits(texts: readonly string[], argument: string): readonly CommitsAt[] {
  return texts.map((text) => {
    const ends = text.split('..');
    if (ends.length > 2) throw new UsageError(`${argument} takes ${COMMITS_HELP}, and was given '${text}'.`);
    const [from, to] = ends.map((end) => readLsn(end, argument));
    return to === undefined ? { lsn: from! } : { from: from!, to };
  });
}
