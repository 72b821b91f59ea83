import { isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { languageNamed } from '../../text/languages';

const MOST = 100_000;

/**
 * A text index's specification as mongod records it: its fields are weights, and its key says where they stand.
 * @throws CommandError CannotCreateIndex
 */
export function withTextOptions(specification: Doc): Doc {
  const given = specification.get('key') as Doc;
  const weights = weightsOf(specification, given);
  const key = keyOf(given);
  if (weights.size === 0) {
    throw cannot("text index option 'weights' must specify fields or the wildcard");
  }
  const language = (specification.get('default_language') ?? 'english') as string;
  if (languageNamed(language) === undefined) throw cannot('default_language is not valid');
  const override = (specification.get('language_override') ?? 'language') as string;
  if (override === '' || override.startsWith('$') || override.includes('.')) {
    throw cannot('language_override is not valid');
  }
  const version = specification.get('textIndexVersion') ?? 3;
  if (!isNumber(version) || toNumber(version) !== 3) {
    const number = isNumber(version) ? toNumber(version) : NaN;
    if (number === 1 || number === 2) {
      throw new CommandError('CommandNotSupported', `Text indexes of version ${number} are not supported`);
    }
    throw cannot(`bad textIndexVersion: ${number}`);
  }
  const result: Doc = new Map<string, Value>();
  for (const [field, value] of specification)
    if (!OWN.has(field)) result.set(field, field === 'key' ? key : value);
  result.set('weights', new Map([...weights].sort(([a], [b]) => (a < b ? -1 : 1))));
  result.set('default_language', language);
  result.set('language_override', override);
  return result.set('textIndexVersion', 3);
}

const OWN = new Set(['weights', 'default_language', 'language_override', 'textIndexVersion']);

function weightsOf(specification: Doc, key: Doc): Map<string, number> {
  const weights = new Map<string, number>();
  const given = specification.get('weights');
  if (given instanceof Map) {
    for (const [path, weight] of given) {
      if (!isNumber(weight)) throw cannot('weight for text index needs numeric type');
      const points = Math.trunc(toNumber(weight));
      if (points <= 0 || points >= MOST) {
        throw cannot(`text index weight must be in the exclusive interval (0,${MOST}) but found: ${points}`);
      }
      if (path === '') throw cannot('weight cannot be on an empty field');
      if (path !== '$**') checkPath(path);
      weights.set(path, points);
    }
  } else if (given === '$**') weights.set('$**', 1);
  else if (given !== undefined) throw cannot("text index option 'weights' must be an object");
  for (const [path, kind] of key) {
    if (kind === 'text' && path !== '_fts' && !weights.has(path)) weights.set(path, 1);
  }
  return weights;
}

function checkPath(path: string): void {
  for (const part of path.split('.')) {
    if (part === '') throw cannot('weight cannot have empty path component');
    if (part.startsWith('$')) throw cannot('weight cannot have path component with $ prefix');
  }
}

function keyOf(given: Doc): Doc {
  const key: Doc = new Map();
  let isOver = false;
  for (const [path, kind] of given) {
    if (kind === 'text') {
      if (isOver) throw cannot("'text' fields in index must all be adjacent");
      key.set('_fts', 'text').set('_ftsx', 1);
    } else if (path !== '_ftsx') {
      isOver = key.has('_fts');
      key.set(path, kind);
    }
  }
  return key;
}

function cannot(why: string): CommandError {
  return new CommandError('CannotCreateIndex', why);
}
