import type { Doc, Value } from '@argon/bson';
import type { Random } from '../../match/testing/random';

/** Locales of all ways of comparing: plain, reordered scripts, contractions, own accents, Han, numbers, types. */
const LOCALES = [
  'en',
  'en',
  'en',
  'fr',
  'fr_CA',
  'de',
  'de@collation=phonebook',
  'sv',
  'es',
  'es@collation=traditional',
  'da',
  'cs',
  'tr',
  'vi',
  'th',
  'ru',
  'ar',
  'he',
  'hi',
  'ja',
  'ko',
  'zh',
  'zh@collation=stroke',
  'sr_Latn',
  'en_US_POSIX',
  'simple',
];

/** Words that some collation holds equal or orders in its own way, and what makes others of them. */
const WORDS = [
  '',
  'a',
  'A',
  'ä',
  'Ä',
  'a\u0308',
  'æ',
  'ae',
  'AE',
  'b',
  'B',
  'c',
  'ch',
  'Ch',
  'č',
  'cote',
  'côte',
  'coté',
  'côté',
  'ss',
  'ß',
  'z',
  'Z',
  'å',
  'ø',
  'ö',
  'oe',
  'i',
  'I',
  'ı',
  'İ',
  'ñ',
  'nz',
  'll',
  'a b',
  'a-b',
  'ab',
  'a.b',
  '1',
  '2',
  '10',
  '010',
  'a2',
  'a10',
  'あ',
  'ア',
  'ｱ',
  'か',
  'が',
  '日本',
  '中',
  '国',
  '한국',
  'ก',
  'เก',
  'ا',
  'ب',
  'א',
  'я',
  'Я',
  'ё',
  'е',
  'α',
  'Ω',
  '\u{1f600}',
  '\u{20000}',
  '\u00ad',
  'a\u00ad',
  '\ufffd',
  '①',
  'ﬁ',
  'fi',
];

const FIELDS = ['a', 'b', 'a.x', 'b.y'];

/** A collation as a command gives it; undefined: none. */
export function randomCollation(random: Random): Doc | undefined {
  if (random.chance(0.15)) return undefined;
  const collation: Doc = new Map<string, Value>([['locale', random.pick(LOCALES)]]);
  const strength = random.pick([undefined, 1, 2, 3, 4, 5, 2, 1]);
  if (strength !== undefined) collation.set('strength', strength);
  if (random.chance(0.15)) collation.set('caseLevel', random.chance(0.5));
  if (random.chance(0.15)) collation.set('caseFirst', random.pick(['upper', 'lower', 'off']));
  if (random.chance(0.25)) collation.set('numericOrdering', random.chance(0.8));
  if (random.chance(0.25)) collation.set('alternate', random.pick(['shifted', 'non-ignorable']));
  if (random.chance(0.15)) collation.set('maxVariable', random.pick(['punct', 'space']));
  if (random.chance(0.15)) collation.set('normalization', random.chance(0.5));
  if (random.chance(0.1)) collation.set('backwards', random.chance(0.5));
  return collation;
}

export function randomText(random: Random): string {
  const word = random.pick(WORDS);
  return random.chance(0.2) ? word + random.pick(WORDS) : word;
}

export function randomValue(random: Random, depth = 0): Value {
  const kind = random.below(12);
  if (depth === 0 && kind === 0)
    return Array.from({ length: random.below(3) }, () => randomValue(random, depth + 1));
  if (depth < 2 && kind === 1) {
    const names = random.pick([['x'], ['y'], ['x', 'y']]);
    return new Map(names.map((name) => [name, randomValue(random, depth + 1)]));
  }
  if (kind === 2) return random.below(3);
  if (kind === 3) return random.pick<Value>([null, true]);
  return randomText(random);
}

export function randomDocument(random: Random, id: Value): Doc {
  const document: Doc = new Map([['_id', id]]);
  for (const field of ['a', 'b']) if (random.chance(0.9)) document.set(field, randomValue(random));
  return document;
}

export function randomField(random: Random): string {
  return random.pick(FIELDS);
}

/** A filter in which strings are compared. */
export function randomFilter(random: Random, depth = 0): Doc {
  if (depth < 2 && random.chance(0.2)) {
    const operator = random.pick(['$and', '$or', '$nor']);
    return new Map([[operator, [randomFilter(random, depth + 1), randomFilter(random, depth + 1)]]]);
  }
  if (random.chance(0.08)) return new Map([['$expr', randomComparison(random)]]);
  return new Map([[randomField(random), randomCondition(random, depth)]]);
}

function randomCondition(random: Random, depth: number): Value {
  const operator = random.pick([
    '$eq',
    '$eq',
    '$eq',
    '$ne',
    '$gt',
    '$gte',
    '$lt',
    '$lte',
    '$in',
    '$nin',
    '$all',
    '$not',
    '$elemMatch',
    '$regex',
    '$type',
    '$exists',
  ]);
  switch (operator) {
    case '$in':
    case '$nin':
    case '$all':
      return new Map([[operator, Array.from({ length: 1 + random.below(3) }, () => randomValue(random, 1))]]);
    case '$not':
      return new Map([['$not', new Map([[random.pick(['$eq', '$gt', '$lte']), randomText(random)]])]]);
    case '$elemMatch':
      return new Map([['$elemMatch', new Map([[random.pick(['$eq', '$gt', '$lt']), randomText(random)]])]]);
    case '$regex':
      return new Map([['$regex', random.pick(['^a', '^A', 'b$', '^c.'])]]);
    case '$type':
      return new Map([['$type', random.pick<Value>(['string', 'object', 'number'])]]);
    case '$exists':
      return new Map([['$exists', random.chance(0.5)]]);
    default:
      return new Map([[operator, randomValue(random, depth)]]);
  }
}

/** An expression that is true or false. */
function randomComparison(random: Random): Value {
  const operand = (): Value =>
    random.chance(0.5) ? `$${random.pick(['a', 'b'])}` : new Map([['$literal', randomValue(random, 1)]]);
  const operator = random.pick(['$eq', '$ne', '$gt', '$lt', '$gte', '$in']);
  if (operator === '$in') {
    const texts = Array.from({ length: 3 }, () => randomText(random)).map(
      (text) => new Map([['$literal', text]]),
    );
    return new Map([['$in', [operand(), texts]]]);
  }
  // Of two constants, mongod's count knows the result before it knows the collection's collation.
  return new Map([[operator, [`$${random.pick(['a', 'b'])}`, operand()]]]);
}

export function randomSort(random: Random): Doc {
  const sort: Doc = new Map();
  for (const field of random.pick([['a'], ['b'], ['a', 'b'], ['a.x'], ['b', 'a']])) {
    sort.set(field, random.pick([1, -1]));
  }
  return sort.set('_id', 1);
}
