import { parseEjson, stringifyEjson, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { compileUpdate, type UpdateSituation } from '../compile';

/** Terse forms for unit tests: documents are relaxed Extended JSON. */
export function doc(text: string): Doc {
  return parseEjson(text) as Doc;
}

export interface UpdateTry extends Partial<UpdateSituation> {
  readonly arrayFilters?: string;
}

/** The updated document as Extended JSON, or `code: message` of the error. Fails if the input was modified. */
export function updated(document: string, update: string, given: UpdateTry = {}): string {
  return outcome(document, update, given).text;
}

/** Whether the update counts as a modification. */
export function modifies(document: string, update: string): boolean {
  return outcome(document, update, {}).changed;
}

function outcome(document: string, update: string, given: UpdateTry): { text: string; changed: boolean } {
  const before = doc(document);
  const frozen = stringifyEjson(before);
  const arrayFilters = given.arrayFilters === undefined ? [] : (parseEjson(given.arrayFilters) as Doc[]);
  try {
    const compiled = compileUpdate(parseEjson(update) as Doc | Value[], { arrayFilters });
    const result = compiled.apply(before, { now: new Date(0), ...given });
    if (stringifyEjson(before) !== frozen) throw new Error('The update modified its input');
    return { text: stringifyEjson(result.document, { relaxed: true }), changed: result.changed };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { text: `${error.mongoCode}: ${error.message}`, changed: false };
  }
}
