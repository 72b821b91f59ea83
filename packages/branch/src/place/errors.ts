import { ArgonError } from '@argon/wal';

/** Collections were named that are not there. */
export class CollectionsMissingError extends ArgonError {
  constructor(missing: readonly string[], where: string, known: readonly string[]) {
    const names = missing.map((name) => `'${name}'`).join(', ');
    const there = known.length === 0 ? 'there are none' : `there are: ${known.slice(0, 20).join(', ')}`;
    super(
      'ARGON_BRANCH_COLLECTIONS_MISSING',
      `Could not read ${names}: no such collection ${where}. Choose among those that are there (${there}).`,
      { missing, where },
    );
  }
}
