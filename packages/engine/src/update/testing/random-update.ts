import { isNumber, makeDouble, makeLong, Timestamp, type Doc, type Value } from '@argon/bson';
import type { Chance } from './chance';
import { randomPath, type RandomPath } from './random-path';
import {
  FIELDS,
  randomArray,
  randomDocument,
  randomNumber,
  randomScalar,
  randomValue,
} from './random-values';

type ArgumentMaker = (chance: Chance, current: Value | undefined, document: Doc) => Value;

/** Arguments that an operator takes; now and then, when not careful, others. */
const ARGUMENTS: Readonly<Record<string, ArgumentMaker>> = {
  $set: (chance, current) => (current !== undefined && chance.once(5) ? current : randomValue(chance)),
  $setOnInsert: (chance) => randomValue(chance),
  $unset: (chance) => randomScalar(chance),
  $inc: (chance) => (chance.rarely(6) ? randomScalar(chance) : randomNumber(chance)),
  $mul: (chance) => (chance.rarely(6) ? randomScalar(chance) : randomNumber(chance)),
  $min: (chance) => randomValue(chance),
  $max: (chance) => randomValue(chance),
  $rename: (chance, _current, document) =>
    chance.rarely(8) ? randomScalar(chance) : randomPath(chance, document, chance.rarely(10)).text,
  $currentDate: (chance) =>
    chance.pick<Value>([
      true,
      new Map([['$type', 'date']]),
      new Map([['$type', 'timestamp']]),
      ...(chance.careful ? [] : [false, 1, new Map([['$type', 'time']]), new Map<string, Value>([['a', 1]])]),
    ]),
  $push: randomPush,
  $addToSet: (chance, current) => {
    const element = () => randomElement(chance, current);
    if (chance.once(2)) return element();
    if (chance.rarely(5)) return new Map<string, Value>([['$each', randomScalar(chance)]]);
    const each: Doc = new Map([['$each', chance.times(chance.below(4), element)]]);
    if (chance.rarely(8)) each.set('b', 1);
    return each;
  },
  $pop: (chance) =>
    chance.rarely(3)
      ? chance.pick<Value>([0, 1.5, 'x', 2])
      : chance.pick<Value>([1, -1, makeDouble(1), makeLong(-1n)]),
  $pull: randomPull,
  $pullAll: (chance, current) =>
    chance.rarely(6)
      ? randomScalar(chance)
      : chance.times(chance.below(4), () => randomElement(chance, current)),
  $bit: (chance) => {
    if (chance.rarely(6)) return randomScalar(chance);
    const steps: Doc = new Map();
    for (let i = 1 + chance.below(3); i > 0; i--) {
      const operand = chance.rarely(6)
        ? randomScalar(chance)
        : chance.pick<Value>([1, 6, -1, makeLong(12n), 255]);
      steps.set(chance.rarely(10) ? 'not' : chance.pick(['and', 'or', 'xor']), operand);
    }
    return steps;
  },
};

const OPERATORS = Object.keys(ARGUMENTS);
const ANYWHERE = ['$set', '$setOnInsert', '$unset', '$min', '$max', '$rename', '$currentDate'];
const ON_NUMBERS = ['$inc', '$mul', '$min', '$max', '$bit'];
const ON_ARRAYS = ['$push', '$push', '$addToSet', '$pop', '$pull', '$pull', '$pullAll'];

/** An update of one to four operators, most of them fit for what they meet. */
export function randomOperatorUpdate(chance: Chance, document: Doc): Doc {
  const update: Doc = new Map();
  for (let i = 1 + chance.below(chance.once(2) ? 1 : 4); i > 0; i--) {
    const path = randomPath(chance, document, true);
    if (chance.careful && isTaken(update, path.text)) continue;
    const operator = fittingOperator(chance, path);
    const fields = (update.get(operator) as Doc | undefined) ?? new Map<string, Value>();
    fields.set(path.text, ARGUMENTS[operator]!(chance, path.value, document));
    update.set(operator, fields);
  }
  if (chance.rarely(20)) update.set(chance.pick(['$foo', 'a', '$pushAll']), new Map());
  if (chance.rarely(20)) update.set(chance.pick(OPERATORS), randomScalar(chance));
  return update.size === 0 ? new Map([['$set', new Map([['a', randomValue(chance)]])]]) : update;
}

function fittingOperator(chance: Chance, { text, value }: RandomPath): string {
  if (chance.rarely(3)) return chance.pick(OPERATORS);
  const fits = isNumber(value)
    ? [...ANYWHERE, ...ON_NUMBERS, ...ON_NUMBERS]
    : Array.isArray(value)
      ? [...ANYWHERE, ...ON_ARRAYS]
      : value === undefined
        ? OPERATORS
        : ANYWHERE;
  return chance.pick(text.includes('$') ? fits.filter((name) => name !== '$rename') : fits);
}

/** Whether another operator is on the same top-level field. */
function isTaken(update: Doc, path: string): boolean {
  const top = `${path.split('.', 1)[0]!}.`;
  return [...update.values()].some((fields) =>
    [...(fields as Doc).keys()].some((field) => `${field}.`.startsWith(top)),
  );
}

/** A document to replace another with. */
export function randomReplacement(chance: Chance, document: Doc): Doc {
  if (chance.once(10)) return document;
  const replacement: Doc = new Map();
  if (chance.once(4)) replacement.set('_id', chance.once(3) ? randomScalar(chance) : document.get('_id')!);
  for (let i = chance.below(4); i > 0; i--) replacement.set(chance.pick(FIELDS), randomValue(chance));
  if (chance.once(10)) replacement.set('a', new Timestamp({ t: 0, i: 0 }));
  if (chance.once(30)) replacement.set(chance.pick(['$a', '', 'a.b']), 1);
  if (chance.once(8) && !replacement.has('_id')) replacement.set('_id', document.get('_id')!);
  return replacement;
}

function randomPush(chance: Chance, current: Value | undefined): Value {
  const element = () => randomElement(chance, current);
  if (chance.once(3)) return element();
  const clauses: Doc = new Map();
  if (chance.rarely(8)) clauses.set('$each', randomScalar(chance));
  else clauses.set('$each', chance.times(chance.below(4), element));
  const count = () =>
    chance.rarely(4) ? randomScalar(chance) : chance.pick<Value>([0, 1, 2, 3, -1, -2, -3, 10]);
  if (chance.once(3)) clauses.set('$slice', count());
  if (chance.once(3)) clauses.set('$position', count());
  if (chance.once(3)) clauses.set('$sort', randomSort(chance));
  if (chance.rarely(10)) clauses.set('$foo', 1);
  return clauses;
}

function randomSort(chance: Chance): Value {
  if (chance.rarely(6)) return randomScalar(chance);
  if (chance.once(2)) return chance.pick([1, -1]);
  const sort: Doc = new Map();
  for (let i = 1 + chance.below(2); i > 0; i--) {
    const field = chance.rarely(10)
      ? chance.pick(['', 'a.'])
      : chance.pick([...FIELDS, 'a.b', 'a.0', 'b.1.a']);
    sort.set(field, chance.rarely(10) ? 0 : chance.pick([1, -1]));
  }
  return sort;
}

function randomPull(chance: Chance, current: Value | undefined): Value {
  const element = randomElement(chance, current);
  const operator = chance.pick(['$gt', '$lte', '$eq', '$ne']);
  switch (chance.below(6)) {
    case 0:
      return new Map([[operator, element]]);
    case 1:
      return new Map([['$in', [element, randomScalar(chance)]]]);
    case 2:
      return new Map([[chance.pick(FIELDS), element]]);
    case 3:
      return new Map([[chance.pick(FIELDS), new Map([[operator, randomScalar(chance)]])]]);
    case 4:
      return randomDocument(chance, 0);
    default:
      return element;
  }
}

/** Often one that the array has. */
function randomElement(chance: Chance, current: Value | undefined): Value {
  if (Array.isArray(current) && current.length > 0 && chance.once(2)) return chance.pick(current);
  return chance.once(5) ? randomArray(chance, 0) : randomValue(chance, 1);
}
