import type { Doc } from '@argon/bson';
import { indexKind } from '@argon/materializer';
import { CommandError } from '../../handler/errors';
import { describeValue } from '../../match/parse/describe';
import { checkWildcardProjection } from './wildcard-projection';
import { isTrueValue } from './option-types';

const MOST_FIELDS = 32;

/** What an index's kind asks of its options. @throws CommandError */
export function checkKindOptions(specification: Doc): void {
  const kind = indexKind(specification.get('key') as Doc);
  if (kind === 'wildcard') checkWildcardOptions(specification);
  if (kind !== 'ordered' && kind !== 'hashed' && kind !== 'wildcard') {
    throw new CommandError('CommandNotSupported', `Indexes of type '${kind}' are not supported yet`);
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
  if (indexKind(key) === 'hashed') checkHashed(specification, key);
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
