import type { Doc, Value } from '@argon/bson';
import { Chance } from './chance';
import { randomArrayFilter, randomFilter, randomId, randomUpsertFilter } from './random-filter';
import { randomOperatorUpdate, randomReplacement } from './random-update';
import { FIELDS, randomDocument, randomValue } from './random-values';

/** One update statement and the document it meets. */
export interface UpdateCase {
  /** The only document of the collection; undefined: there is none. */
  readonly document: Doc | undefined;
  readonly filter: Doc;
  readonly update: Doc | Value[];
  readonly arrayFilters: readonly Doc[] | undefined;
  readonly upsert: boolean;
}

/** The same seed and number make the same case. */
export function randomCase(seed: number, number: number): UpdateCase {
  const chance = new Chance(Math.imul(seed, 0x9e3779b1) ^ number);
  chance.careful = !chance.once(3);
  const document = randomStored(chance);
  const upsert = chance.once(8);
  const update = randomUpdate(chance, document);
  return {
    document: upsert ? undefined : document,
    filter: upsert
      ? randomUpsertFilter(chance, isReplacement(update) ? 'replacement' : 'other')
      : randomFilter(chance, document),
    update,
    arrayFilters:
      update instanceof Map && names(update).includes('$[')
        ? randomArrayFilters(chance, idsIn(names(update)))
        : undefined,
    upsert,
  };
}

function randomStored(chance: Chance): Doc {
  const document: Doc = new Map([['_id', randomId(chance)]]);
  for (const [name, value] of randomDocument(chance, 2)) document.set(name, value);
  for (let i = chance.below(3); i > 0; i--) document.set(chance.pick(FIELDS), randomValue(chance, 3));
  return document;
}

function randomUpdate(chance: Chance, document: Doc): Doc | Value[] {
  if (chance.once(10)) return randomReplacement(chance, document);
  if (chance.once(25)) return randomPipeline(chance, document);
  return randomOperatorUpdate(chance, document);
}

/** No field is unset and then set again: what place it then has is the affair of aggregation. */
function randomPipeline(chance: Chance, document: Doc): Value[] {
  return chance.times(chance.below(3), () => {
    const literal = new Map([['$literal', chance.once(4) ? document : randomDocument(chance, 1)]]);
    const field = chance.once(8) ? '_id' : chance.pick(['a', 'b', 'a.b']);
    return chance.pick([
      new Map([['$set', new Map([[field, new Map([['$literal', randomValue(chance, 1)]])]])]]),
      new Map([['$unset', chance.once(8) ? '_id' : chance.pick(['c', 'd', 'x.a'])]]),
      new Map([['$replaceWith', literal]]),
    ]);
  });
}

function randomArrayFilters(chance: Chance, named: readonly string[]): Doc[] | undefined {
  const ids = chance.careful ? named : ['i', 'j'].slice(0, 1 + chance.below(2));
  if (chance.rarely(8)) return undefined;
  return ids.map((id) => randomArrayFilter(chance, id));
}

function isReplacement(update: Doc | Value[]): boolean {
  return update instanceof Map && ![...update.keys()][0]?.startsWith('$');
}

function idsIn(paths: string): string[] {
  return ['i', 'j'].filter((id) => paths.includes(`$[${id}]`));
}

function names(update: Doc): string {
  return [...update.values()].flatMap((fields) => (fields instanceof Map ? [...fields.keys()] : [])).join();
}
