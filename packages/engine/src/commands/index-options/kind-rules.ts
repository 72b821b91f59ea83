import { isNumber, toNumber, type Doc } from '@argon/bson';
import { indexKind } from '@argon/materializer';
import { CommandError } from '../../handler/errors';
import { describeElement, describeValue } from '../../match/parse/describe';
import { checkWildcardProjection } from './wildcard-projection';
import { isTrueValue } from './option-types';
import { wholeInt } from './whole-number';

const MOST_FIELDS = 32;

/** What an index's kind asks of its options. @throws CommandError */
export function checkKindOptions(specification: Doc): void {
  const kind = indexKind(specification.get('key') as Doc);
  if (kind === 'wildcard') checkWildcardOptions(specification);
  if (kind === '2d' || kind === '2dsphere') checkGeoOptions(specification, kind);
  if (kind === 'text' && isTrueValue(specification.get('unique'))) {
    throw new CommandError('CommandNotSupported', 'Unique text indexes are not supported');
  }
  if (isTrueValue(specification.get('clustered'))) {
    throw new CommandError(
      6243700,
      `Cannot create index with option 'clustered' that does not match an existing clustered index`,
    );
  }
}

/** What mongod finds out as it builds the index. @throws CommandError */
export function checkBuildable(specification: Doc): void {
  const key = specification.get('key') as Doc;
  if (key.size > MOST_FIELDS) throw new CommandError(13103, 'too many compound keys');
  const kind = indexKind(key);
  if (kind === 'hashed') checkHashed(specification, key);
  if (kind === '2d') check2d(specification, key);
}

function checkGeoOptions(specification: Doc, kind: string): void {
  // A place has no key of its own that could be taken.
  if (isTrueValue(specification.get('unique'))) {
    throw new CommandError('CommandNotSupported', `Unique indexes of type '${kind}' are not supported`);
  }
  const version = specification.get('2dsphereIndexVersion');
  if (kind === '2dsphere' && isNumber(version) && ![1, 2, 3].includes(toNumber(version))) {
    throw new CommandError(
      'CannotCreateIndex',
      `unsupported geo index version { 2dsphereIndexVersion : ${describeElement('2dsphereIndexVersion', version)} }, only versions: [1,2,3] are supported`,
    );
  }
}

function check2d(specification: Doc, key: Doc): void {
  const places = [...key.values()].flatMap((value, at) => (value === '2d' ? [at] : []));
  if (places.length > 1) throw new CommandError(16800, "can't have 2 geo fields");
  if (places[0] !== 0) throw new CommandError(16801, '2d has to be first in index');
  const given = specification.get('bits');
  const bits = isNumber(given) ? wholeInt(given) : 26;
  if (bits <= 0 || bits > 32) {
    throw new CommandError(
      'InvalidOptions',
      `bits for hash must be > 0 and <= 32, but ${bits} bits were specified`,
    );
  }
  const [least, most] = [numberOf(specification, 'min', -180), numberOf(specification, 'max', 180)];
  if (least >= most) {
    throw new CommandError(
      'InvalidOptions',
      `region for hash must be valid and have positive area, but [${least}, ${most}] was specified`,
    );
  }
}

function numberOf(specification: Doc, option: string, byDefault: number): number {
  const value = specification.get(option);
  return isNumber(value) ? toNumber(value) : byDefault;
}

function checkHashed(specification: Doc, key: Doc): void {
  const hashed = [...key.values()].filter((value) => value === 'hashed').length;
  if (hashed > 1) {
    throw new CommandError(
      31303,
      `A maximum of one index field is allowed to be hashed but found ${hashed} for 'key' ${describeValue(key)}`,
    );
  }
  if (isTrueValue(specification.get('unique'))) {
    throw new CommandError(
      16764,
      'Currently hashed indexes cannot guarantee uniqueness. Use a regular index.',
    );
  }
}

function checkWildcardOptions(specification: Doc): void {
  for (const option of ['sparse', 'unique'] as const) {
    if (isTrueValue(specification.get(option))) {
      throw new CommandError(
        'CannotCreateIndex',
        `Index type 'wildcard' does not support the ${option} option`,
      );
    }
  }
}

/** @throws CommandError for options that only another kind of index has */
export function checkKindOf(field: string, given: Doc): void {
  const key = given.get('key');
  const kind = key instanceof Map ? indexKind(key) : 'ordered';
  if (field === 'weights' && kind !== 'text') {
    throw new CommandError(
      'CannotCreateIndex',
      `Invalid index specification ${describeValue(given)}; the field 'weights' can only be specified with text indexes`,
    );
  }
  if (field === 'wildcardProjection' && kind !== 'wildcard') {
    throw new CommandError(
      'BadValue',
      `The field 'wildcardProjection' is only allowed in an 'wildcard' index`,
    );
  }
  if (field === 'wildcardProjection') checkWildcardProjection(given);
}
