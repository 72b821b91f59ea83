import { CommandError } from '../../handler/errors';
import { compileFilter } from '../../match/compile';
import { compileUpdate } from '../compile';
import { upsertDocument } from '../upsert';
import type { UpdateCase } from './random-case';
import type { Verdict } from './referee';

/** What this package makes of a case. */
export function argonVerdict(given: UpdateCase, now: Date): Verdict {
  try {
    const update = compileUpdate(
      given.update,
      given.arrayFilters === undefined ? {} : { arrayFilters: given.arrayFilters },
    );
    const matcher = compileFilter(given.filter);
    if (given.document === undefined) {
      const document = given.upsert ? upsertDocument(update, matcher.equalities(), now) : undefined;
      return { document, modified: false, inserted: given.upsert };
    }
    const { matched, position } = matcher.matchesWithPosition(given.document);
    if (!matched) return { document: given.document, modified: false, inserted: false };
    const before = [...given.document.keys()].join();
    const { document, changed } = update.apply(given.document, { now, position });
    if ([...given.document.keys()].join() !== before) throw new Error('The update modified its input');
    return { document, modified: changed, inserted: false };
  } catch (error) {
    if (error instanceof CommandError) return { code: error.mongoCode, message: error.message };
    throw error;
  }
}
