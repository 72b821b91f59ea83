import type { Doc, Value, Collation } from '@argon/bson';
import type { Variables } from '../aggregate/expression/expression';
import { CommandError } from '../handler/errors';
import { compileOperatorUpdate } from './operator-update';
import { PipelineUpdate } from './pipeline-update';
import { Replacement } from './replacement';
import type { Update } from './update';

export type { Update, UpdateSituation } from './update';

export interface UpdateOptions {
  readonly arrayFilters?: readonly Doc[];
  /** User variables (`let`, `c`) for a pipeline. */
  readonly variables?: Variables;
  /** How strings compare; default: by their bytes. */
  readonly collation?: Collation | undefined;
}

/**
 * Compiles an update: operators if the first field starts with `$`, a pipeline if it is an array, else a replacement.
 * @throws CommandError for an update that mongod would refuse whatever the document
 */
export function compileUpdate(update: Doc | readonly Value[], options: UpdateOptions = {}): Update {
  const arrayFilters = options.arrayFilters ?? [];
  if (update instanceof Map) {
    const [first] = update.keys();
    return first?.startsWith('$') === true
      ? compileOperatorUpdate(update, arrayFilters, options.collation)
      : new Replacement(update);
  }
  if (arrayFilters.length > 0) {
    throw new CommandError('FailedToParse', 'arrayFilters may not be specified for pipeline-style updates');
  }
  return new PipelineUpdate(update, options.variables ?? new Map(), options.collation);
}
