import { makeDouble, type Doc, type Value } from '@argon/bson';
import type { Chance } from './chance';
import { FIELDS, randomScalar, randomValue } from './random-values';

/**
 * Mostly one that matches, through elements of arrays where there are some: what `$` stands for depends on it. One
 * condition only: with several, MongoDB does not say which of them decides.
 */
export function randomFilter(chance: Chance, document: Doc): Doc {
  if (chance.once(5)) return new Map();
  const arrays = [...document].filter((field): field is [string, Value[]] => isFilled(field[1]));
  if (arrays.length === 0) return new Map();
  const filter = conditionOn(chance, ...chance.pick(arrays));
  return chance.once(8) ? new Map([[chance.pick(['$and', '$or']), [filter]]]) : filter;
}

function isFilled(value: Value): boolean {
  return Array.isArray(value) && value.length > 0;
}

function conditionOn(chance: Chance, name: string, array: readonly Value[]): Doc {
  const element = chance.pick(array);
  if (element instanceof Map && element.size > 0) {
    const [field, value] = chance.pick([...element]);
    const condition = matching(chance, value);
    return chance.once(2)
      ? new Map([[`${name}.${field}`, condition]])
      : new Map([[name, new Map([['$elemMatch', new Map([[field, condition]])]])]]);
  }
  if (chance.once(6)) return new Map([[name, new Map([['$elemMatch', matching(chance, element)]])]]);
  return new Map([[name, matching(chance, element)]]);
}

/** A condition that the value meets, mostly. */
function matching(chance: Chance, value: Value): Doc {
  switch (chance.below(6)) {
    case 0:
      return new Map([[chance.pick(['$gte', '$lte']), value]]);
    case 1:
      return new Map([['$in', [chance.below(5), value]]]);
    case 2:
      return new Map<string, Value>([['$exists', true]]);
    default:
      return new Map([['$eq', value]]);
  }
}

export function randomId(chance: Chance): Value {
  if (!chance.once(3)) return chance.below(10);
  return chance.pick<Value>([
    makeDouble(1),
    'x',
    new Map<string, Value>([['a', 1]]),
    new Map([['a', [1, 2]]]),
    null,
  ]);
}

/**
 * Filters of which an upsert takes equalities, in the forms that pin a value and in some that do not.
 * For replacements none that pin one path twice: mongod tells of that only where it is the `_id`.
 */
export function randomUpsertFilter(chance: Chance, updateKind: 'replacement' | 'other'): Doc {
  const filter: Doc = new Map();
  for (let i = chance.below(3); i > 0; i--) {
    filter.set(
      chance.pick(['a', 'b.c', 'b.a', 'c.0', 'd', 'x', 'B']),
      pinning(chance, randomValue(chance, 1)),
    );
  }
  if (chance.once(3))
    filter.set('_id', pinning(chance, chance.once(6) ? randomValue(chance, 1) : randomId(chance)));
  else if (chance.once(10)) filter.set('_id.a', new Map([['$eq', 1]]));
  if (updateKind === 'replacement') return filter;
  if (chance.once(6))
    filter.set('$and', [new Map([[chance.pick(['a', 'd', 'd.x', 'e']), pinning(chance, 1)]])]);
  if (chance.once(12)) filter.set('$or', [new Map([[chance.pick(['a', 'f']), pinning(chance, 2)]])]);
  return filter;
}

function pinning(chance: Chance, value: Value): Doc {
  switch (chance.below(10)) {
    case 0:
      return new Map([[chance.pick(['$gt', '$ne']), randomScalar(chance)]]);
    case 1:
      return new Map([['$in', [value]]]);
    case 2:
      return new Map([['$all', [value]]]);
    default:
      return new Map([['$eq', value]]);
  }
}

/** A filter on one identifier for `arrayFilters`. */
export function randomArrayFilter(chance: Chance, id: string): Doc {
  const path = () => (chance.once(2) ? id : `${id}.${chance.pick(FIELDS)}`);
  const condition = () => {
    const operator = chance.pick(['$gte', '$lt', '$eq', '$ne', '$in', '$exists']);
    if (operator === '$exists') return new Map([[operator, chance.once(2)]]);
    const operand = randomScalar(chance);
    return new Map([[operator, operator === '$in' ? [operand, chance.below(4)] : operand]]);
  };
  if (!chance.once(4)) return new Map([[path(), condition()]]);
  return new Map([
    [chance.pick(['$or', '$and', '$nor']), chance.times(2, () => new Map([[path(), condition()]]))],
  ]);
}
