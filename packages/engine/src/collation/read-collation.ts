import {
  bsonTypeName,
  Collation,
  isNumber,
  similarLocale,
  toNumber,
  type CollationSettings,
  type Doc,
  type Value,
} from '@argon/bson';
import { CommandError } from '../handler/errors';
import { describeValue } from '../match/parse/describe';

type Changes = { -readonly [Setting in keyof CollationSettings]?: CollationSettings[Setting] };

const WORDS: Readonly<Record<string, readonly string[]>> = {
  caseFirst: ['upper', 'lower', 'off'],
  alternate: ['non-ignorable', 'shifted'],
  maxVariable: ['punct', 'space'],
};
const FLAGS = new Set(['caseLevel', 'numericOrdering', 'normalization']);

/** The least and most that mongod takes for a strength before it looks whether there is one of that number. */
const STRENGTHS = { least: 0, most: 5 };

/**
 * Reads a document `{locale: …, strength: …}` as mongod 6.0 does.
 *
 * @param path what messages call the document
 * @returns undefined for `{locale: 'simple'}`: strings compare by their bytes
 * @throws CommandError with mongod's code and message for what mongod refuses
 */
export function readCollation(given: Doc, path = 'collation'): Collation | undefined {
  const { locale, version, changes } = readFields(given, path);
  const shown = (): string => describeValue(given);
  if (locale === '') {
    throw new CommandError('BadValue', `Field 'locale' cannot be the empty string in: ${shown()}`);
  }
  if (locale.includes('\0')) {
    throw new CommandError('BadValue', `Field 'locale' cannot contain null byte. Collation spec: ${shown()}`);
  }
  if (locale === 'simple') return undefined;
  const collation = Collation.of(locale, changes);
  if (collation === undefined) {
    const meant = similarLocale(locale);
    const advice = meant === undefined ? '' : `. Did you mean '${meant}'?`;
    throw new CommandError('BadValue', `Field 'locale' is invalid in: ${shown()}${advice}`);
  }
  if (version !== undefined && version !== Collation.version) {
    throw new CommandError(
      'IncompatibleCollationVersion',
      `Requested collation version ${version} but the only available collator version was ${Collation.version}. ` +
        `Requested collation spec: ${shown()}`,
    );
  }
  checkTogether(collation.settings, shown);
  return collation;
}

/** Checks the fields by themselves. @throws CommandError */
export function checkCollationFields(given: Doc, path: string): void {
  readFields(given, path);
}

/** A collation with all that it does not say filled in, as catalogues and explain show it. */
export function collationDocument({ locale, settings }: Collation): Doc {
  return new Map<string, Value>([
    ['locale', locale],
    ['caseLevel', settings.caseLevel],
    ['caseFirst', settings.caseFirst],
    ['strength', settings.strength],
    ['numericOrdering', settings.numericOrdering],
    ['alternate', settings.alternate],
    ['maxVariable', settings.maxVariable],
    ['normalization', settings.normalization],
    ['backwards', settings.backwards],
    ['version', Collation.version],
  ]);
}

interface Fields {
  readonly locale: string;
  readonly version: string | undefined;
  readonly changes: Changes;
}

function readFields(given: Doc, path: string): Fields {
  const changes: Changes = {};
  const texts = new Map<string, string>();
  for (const [field, value] of given) {
    if (field === 'backwards') changes.backwards = backwardsOf(value);
    else if (FLAGS.has(field) || field in WORDS || field === 'locale' || field === 'version') {
      // mongod holds null for not there.
      if (value === null) continue;
      const expected = FLAGS.has(field) ? 'boolean' : 'string';
      if (typeof value !== expected)
        throw wrongType(path, field, value, `'${FLAGS.has(field) ? 'bool' : 'string'}'`);
      if (field in WORDS && !WORDS[field]!.includes(value as string)) {
        throw new CommandError(
          'BadValue',
          `Enumeration value '${String(value)}' for field '${path}.${field}' is not a valid value.`,
        );
      }
      if (field === 'locale' || field === 'version') texts.set(field, value as string);
      else Object.assign(changes, { [field]: value });
    } else if (field === 'strength') {
      if (value !== null) changes.strength = strengthOf(value, path);
    } else {
      throw new CommandError(40415, `BSON field '${path}.${field}' is an unknown field.`);
    }
  }
  const locale = texts.get('locale');
  if (locale === undefined) {
    throw new CommandError(40414, `BSON field '${path}.locale' is missing but a required field`);
  }
  return { locale, version: texts.get('version'), changes };
}

function backwardsOf(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw new CommandError(
    'TypeMismatch',
    `Field 'backwards' should be a boolean value, but found: ${bsonTypeName(value)}`,
  );
}

function strengthOf(value: Value, path: string): CollationSettings['strength'] {
  if (!isNumber(value)) throw wrongType(path, 'strength', value, "types '[long, int, decimal, double']");
  const number = toNumber(value);
  const whole = Number.isNaN(number) ? 0 : Math.min(Math.max(Math.trunc(number), -(2 ** 31)), 2 ** 31 - 1);
  const { least, most } = STRENGTHS;
  if (whole < least || whole > most) {
    const limit = whole < least ? `>= ${least}` : `<= ${most}`;
    throw new CommandError(51024, `BSON field 'strength' value must be ${limit}, actual value '${whole}'`);
  }
  if (whole !== 0) return whole as CollationSettings['strength'];
  throw new CommandError(
    'BadValue',
    "Enumeration value '0' for field 'collation.strength' is not a valid value.",
  );
}

function wrongType(path: string, field: string, value: Value, expected: string): CommandError {
  return new CommandError(
    'TypeMismatch',
    `BSON field '${path}.${field}' is the wrong type '${bsonTypeName(value)}', expected ${
      expected.startsWith('types') ? expected : `type ${expected}`
    }`,
  );
}

/** Settings of which one would do nothing beside the others. */
function checkTogether(settings: CollationSettings, shown: () => string): void {
  const { strength, caseFirst, caseLevel, backwards } = settings;
  if (backwards && strength === 1) {
    throw new CommandError('BadValue', `'backwards' is invalid with 'strength' of 1 in: ${shown()}`);
  }
  if (caseFirst !== 'off' && !caseLevel && strength <= 2) {
    throw new CommandError(
      'BadValue',
      `'caseFirst' is invalid unless 'caseLevel' is on or 'strength' is greater than 2 in: ${shown()}`,
    );
  }
}
