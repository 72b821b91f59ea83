import { isNumber, makeDouble, toNumber, type Doc, type Value } from '@argon/bson';
import type { IndexDefinition } from '@argon/materializer';
import { expireAfterSeconds } from './expire-after';
import { isTrueValue } from './option-types';
import { wholeInt } from './whole-number';

/** The order in which listIndexes shows options. */
const ORDER = [
  'v',
  'key',
  'name',
  'background',
  'unique',
  'hidden',
  'partialFilterExpression',
  'sparse',
  'expireAfterSeconds',
  'storageEngine',
  'weights',
  'default_language',
  'language_override',
  'textIndexVersion',
  '2dsphereIndexVersion',
  'bits',
  'min',
  'max',
  'finestIndexedLevel',
  'coarsestIndexedLevel',
  'collation',
  'wildcardProjection',
  'prepareUnique',
];
const FLAGS = new Set(['background', 'unique', 'hidden', 'sparse', 'prepareUnique']);

/** An index as listIndexes shows it. */
export function indexSpecification({ specification }: IndexDefinition): Doc {
  const shown: Doc = new Map();
  for (const field of [...ORDER, ...specification.keys()]) {
    const value = specification.get(field);
    if (value !== undefined) shown.set(field, shownAs(field, value));
  }
  return shown;
}

function shownAs(field: string, value: Value): Value {
  if (FLAGS.has(field)) return isTrueValue(value);
  if (field === 'expireAfterSeconds') return expireAfterSeconds(value) ?? value;
  if (field === 'bits' && isNumber(value)) return wholeInt(value);
  if ((field === 'min' || field === 'max') && isNumber(value)) return makeDouble(toNumber(value));
  return value;
}
