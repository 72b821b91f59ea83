import { bsonTypeName, isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { indexKind, isWildcardPath } from '@argon/materializer';
import { CommandError } from '../../handler/errors';
import { describeValue } from '../../match/parse/describe';

const KINDS = new Set(['text', 'hashed', '2d', '2dsphere']);
const DBREF_FIELDS = new Set(['$id', '$ref', '$db']);

/** @throws CommandError CannotCreateIndex for a key that no index can have */
export function checkKeyPattern(key: Doc, version: number): void {
  if (key.size === 0) throw cannot('Index keys cannot be empty.');
  let plugin: string | undefined;
  for (const [path, value] of key) {
    checkValue(value);
    if (typeof value === 'string') {
      if (plugin !== undefined && plugin !== value) {
        throw cannot("Can't use more than one index plugin for a single index.");
      }
      plugin = value;
    }
    if (isWildcardPath(path) && plugin !== 'text') checkWildcard(key, value);
    checkPath(path, value);
  }
  const kind = indexKind(key);
  if (kind === 'wildcard' && version < 2) {
    throw cannot(
      `bad index key pattern ${describeValue(key)}: 'wildcard' index plugin is not allowed with index version v:${version}`,
    );
  }
}

function checkValue(value: Value): void {
  if (typeof value === 'string') {
    if (value === '') throw cannot('Values in the index key pattern cannot be empty strings');
    if (!KINDS.has(value) && value !== 'wildcard') throw cannot(`Unknown index plugin '${value}'`);
    return;
  }
  if (!isNumber(value)) {
    throw cannot(
      `Values in v:2 index key pattern cannot be of type ${bsonTypeName(value)}. Only numbers > 0, numbers < 0, and strings are allowed.`,
    );
  }
  const direction = toNumber(value);
  if (Number.isNaN(direction)) throw cannot('Values in the index key pattern cannot be NaN.');
  if (direction === 0) throw cannot('Values in the index key pattern cannot be 0.');
}

function checkWildcard(key: Doc, value: Value): void {
  if (key.size > 1) throw cannot('wildcard indexes do not allow compounding');
  if (value === 'wildcard') {
    throw cannot(`The key pattern value for an 'wildcard' index must be a non-zero number, not a string.`);
  }
  if (isNumber(value) && toNumber(value) < 0) {
    throw cannot('A numeric value in a $** index key pattern must be positive.');
  }
}

function checkPath(path: string, value: Value): void {
  if (path === '') throw cannot('Index keys cannot be an empty field.');
  // What a text index calls its own part.
  if (path === '_fts' && value !== 'text') throw cannot(`Index key contains an illegal field name: '_fts'`);
  // A text index may be on everything, and a wildcard index on everything below a path.
  if (path === '$**' && value === 'text') return;
  const parts = path.split('.');
  for (const [at, part] of parts.entries()) {
    if (part === '') throw cannot('Index keys cannot contain an empty field.');
    if (!part.startsWith('$')) continue;
    if (DBREF_FIELDS.has(part) && at > 0) continue;
    if (part === '$**' && at === parts.length - 1 && isNumber(value)) continue;
    throw cannot("Index key contains an illegal field name: field name starts with '$'.");
  }
}

function cannot(why: string): CommandError {
  return new CommandError('CannotCreateIndex', why);
}
