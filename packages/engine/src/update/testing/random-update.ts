import { makeDouble, makeLong, Timestamp, type Doc, type Value } from '@argon/bson';
import type { Chance } from './chance';
import { randomPath } from './random-path';
import {
  FIELDS,
  randomArray,
  randomDocument,
  randomNumber,
  randomScalar,
  randomValue,
} from './random-values';

type ArgumentMaker = (chance: Chance, current: Value | undefined, document: Doc) => Value;

/** Arguments that fit what is at the path, mostly; each operator also gets some that no operator takes. */
const ARGUMENTS: Readonly<Record<string, ArgumentMaker>> = {
  $set: (chance, current) => (current !== undefined && chance.once(5) ? current : randomValue(chance)),
  $setOnInsert: (chance) => randomValue(chance),
  $unset: (chance) => randomScalar(chance),
  $inc: (chance) => (chance.once(12) ? randomScalar(chance) : randomNumber(chance)),
  $mul: (chance) => (chance.once(12) ? randomScalar(chance) : randomNumber(chance)),
  $min: (chance) => randomValue(chance),
  $max: (chance) => randomValue(chance),
  $rename: (chance, _current, document) =>
    chance.once(15) ? randomScalar(chance) : randomPath(chance, document).text,
  $currentDate: (chance) =>
    chance.pick<Value>([
      true,
      false,
      1,
      new Map([['$type', 'date']]),
      new Map([['$type', 'timestamp']]),
      new Map([['$type', 'time']]),
      new Map<string, Value>([['a', 1]]),
    ]),
  $push: randomPush,
  $addToSet: (chance, current) => {
    const element = () => randomElement(chance, current);
    if (chance.once(2)) return element();
    if (chance.once(10)) return new Map<string, Value>([['$each', randomScalar(chance)]]);
    if (chance.once(15))
      return new Map<string, Value>([
        ['$each', []],
        ['b', 1],
      ]);
    return new Map([['$each', chance.times(chance.below(4), element)]]);
  },
  $pop: (chance) => chance.pick<Value>([1, -1, 1, -1, makeDouble(1), makeLong(-1n), 0, 1.5, 'x', 2]),
  $pull: randomPull,
  $pullAll: (chance, current) =>
    chance.once(12)
      ? randomScalar(chance)
      : chance.times(chance.below(4), () => randomElement(chance, current)),
  $bit: (chance) => {
    if (chance.once(12)) return randomScalar(chance);
    const steps: Doc = new Map();
    for (let i = chance.below(4); i > 0; i--) {
      const operand = chance.once(8)
        ? randomScalar(chance)
        : chance.pick<Value>([1, 6, -1, makeLong(12n), 255]);
      steps.set(chance.once(20) ? 'not' : chance.pick(['and', 'or', 'xor']), operand);
    }
    return steps;
  },
};

const OPERATORS = Object.keys(ARGUMENTS);

/** An update of one to four operators. */
export function randomOperatorUpdate(chance: Chance, document: Doc): Doc {
  const update: Doc = new Map();
  for (let i = 1 + chance.below(chance.once(2) ? 1 : 4); i > 0; i--) {
    const operator = chance.pick(OPERATORS);
    const fields = (update.get(operator) as Doc | undefined) ?? new Map<string, Value>();
    const path = randomPath(chance, document, operator !== '$rename' || chance.once(10));
    fields.set(path.text, ARGUMENTS[operator]!(chance, path.value, document));
    update.set(operator, fields);
  }
  if (chance.once(60)) update.set(chance.pick(['$foo', 'a', '$pushAll']), new Map());
  if (chance.once(60)) update.set(chance.pick(OPERATORS), randomScalar(chance));
  return update;
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
  if (chance.once(20)) clauses.set('$each', randomScalar(chance));
  else clauses.set('$each', chance.times(chance.below(4), element));
  const count = () =>
    chance.once(15) ? randomScalar(chance) : chance.pick<Value>([0, 1, 2, 3, -1, -2, -3, 10]);
  if (chance.once(3)) clauses.set('$slice', count());
  if (chance.once(3)) clauses.set('$position', count());
  if (chance.once(3)) clauses.set('$sort', randomSort(chance));
  if (chance.once(30)) clauses.set('$foo', 1);
  return clauses;
}

function randomSort(chance: Chance): Value {
  if (chance.once(15)) return randomScalar(chance);
  if (chance.once(2)) return chance.pick([1, -1]);
  const sort: Doc = new Map();
  for (let i = 1 + chance.below(2); i > 0; i--) {
    sort.set(
      chance.pick([...FIELDS, 'a.b', 'a.0', 'b.1.a', 'a.', '']),
      chance.once(20) ? 0 : chance.pick([1, -1]),
    );
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
