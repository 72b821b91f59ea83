import { makeDouble, type Doc, type Value } from '@argon/bson';
import { Chance } from './chance';
import { randomOperatorUpdate, randomReplacement } from './random-update';
import { FIELDS, randomDocument, randomScalar, randomValue } from './random-values';

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
    filter: upsert ? randomUpsertFilter(chance) : randomFilter(chance, document),
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

function randomId(chance: Chance): Value {
  if (!chance.once(3)) return chance.below(10);
  return chance.pick<Value>([
    makeDouble(1),
    'x',
    new Map<string, Value>([['a', 1]]),
    new Map([['a', [1, 2]]]),
    null,
  ]);
}

function randomUpdate(chance: Chance, document: Doc): Doc | Value[] {
  if (chance.once(10)) return randomReplacement(chance, document);
  if (chance.once(25)) return randomPipeline(chance, document);
  return randomOperatorUpdate(chance, document);
}

function randomPipeline(chance: Chance, document: Doc): Value[] {
  return chance.times(chance.below(3), () => {
    const literal = new Map([['$literal', chance.once(4) ? document : randomDocument(chance, 1)]]);
    const field = chance.once(8) ? '_id' : chance.pick(['a', 'b', 'c', 'a.b']);
    return chance.pick([
      new Map([['$set', new Map([[field, new Map([['$literal', randomValue(chance, 1)]])]])]]),
      new Map([['$unset', field]]),
      new Map([['$replaceWith', literal]]),
    ]);
  });
}

/** Mostly one that matches, through an element of an array where there is one. */
function randomFilter(chance: Chance, document: Doc): Doc {
  if (chance.once(5)) return new Map();
  const arrays = [...document].filter(([, value]) => Array.isArray(value) && value.length > 0);
  if (arrays.length === 0) return new Map();
  const [name, array] = chance.pick(arrays) as [string, Value[]];
  const element = chance.pick(array);
  if (element instanceof Map && element.size > 0) {
    const [field, value] = chance.pick([...element]);
    return chance.once(2)
      ? new Map([[`${name}.${field}`, new Map([['$eq', value]])]])
      : new Map([[name, new Map([['$elemMatch', new Map([[field, new Map([['$eq', value]])]])]])]]);
  }
  return new Map([[name, new Map([['$eq', element]])]]);
}

/** Only equalities: which other filters pin a value is the matcher's affair. */
function randomUpsertFilter(chance: Chance): Doc {
  const filter: Doc = new Map();
  for (let i = chance.below(3); i > 0; i--) {
    filter.set(
      chance.pick(['a', 'b.c', 'b.a', 'c.0', 'd', 'x', 'B']),
      new Map([['$eq', randomValue(chance, 1)]]),
    );
  }
  if (chance.once(3))
    filter.set('_id', new Map([['$eq', chance.once(6) ? randomValue(chance, 1) : randomId(chance)]]));
  else if (chance.once(10)) filter.set('_id.a', new Map([['$eq', 1]]));
  return filter;
}

function randomArrayFilters(chance: Chance, named: readonly string[]): Doc[] | undefined {
  const ids = chance.careful ? named : ['i', 'j'].slice(0, 1 + chance.below(2));
  if (chance.rarely(8)) return undefined;
  return ids.map((id) => {
    const condition = new Map([[chance.pick(['$gte', '$lt', '$eq', '$ne']), randomScalar(chance)]]);
    return new Map([[chance.once(2) ? id : `${id}.${chance.pick(FIELDS)}`, condition]]);
  });
}

function idsIn(paths: string): string[] {
  return ['i', 'j'].filter((id) => paths.includes(`$[${id}]`));
}

function names(update: Doc): string {
  return [...update.values()].flatMap((fields) => (fields instanceof Map ? [...fields.keys()] : [])).join();
}
