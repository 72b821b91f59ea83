import { bsonTypeName, encodeDocument, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeValue } from '../describe';
import type { OperatorCompiler } from '../expression';
import { unary } from '../operands';
import { isNullish } from '../truth';

export const OBJECT_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $objectToArray: unary((object) => {
    if (isNullish(object)) return null;
    if (object instanceof Map)
      return Array.from(
        object,
        ([k, v]): Doc =>
          new Map<string, Value>([
            ['k', k],
            ['v', v],
          ]),
      );
    throw new CommandError(40390, `$objectToArray requires a document input, found: ${bsonTypeName(object)}`);
  }),
  $arrayToObject: unary((array) => {
    if (isNullish(array)) return null;
    if (!Array.isArray(array)) {
      throw new CommandError(40386, `$arrayToObject requires an array input, found: ${bsonTypeName(array)}`);
    }
    return toObject(array);
  }),
  $bsonSize: unary((object) => {
    if (isNullish(object)) return null;
    if (object instanceof Map) return encodeDocument(object).length;
    throw new CommandError(31393, `$bsonSize requires a document input, found: ${bsonTypeName(object)}`);
  }),
};

/** All elements must be pairs `[key, value]`, or all documents `{k, v}`: the first one decides. */
function toObject(array: readonly Value[]): Doc {
  const result: Doc = new Map();
  const [first] = array;
  if (first === undefined) return result;
  if (Array.isArray(first)) for (const element of array) addPair(result, element);
  else if (first instanceof Map) for (const element of array) addKeyValue(result, element);
  else {
    throw new CommandError(
      40398,
      `Unrecognised input type format for $arrayToObject: ${bsonTypeName(first)}`,
    );
  }
  return result;
}

function addPair(result: Doc, element: Value): void {
  if (!Array.isArray(element)) {
    throw new CommandError(
      40396,
      `$arrayToObject requires a consistent input format. Elements mustall be arrays or all be objects. Array was detected, now found: ${bsonTypeName(element)}`,
    );
  }
  if (element.length !== 2) {
    throw new CommandError(
      40397,
      `$arrayToObject requires an array of size 2 arrays,found array of size: ${element.length}`,
    );
  }
  const [key, value] = element as [Value, Value];
  if (typeof key !== 'string') {
    throw new CommandError(
      40395,
      `$arrayToObject requires an array of key-value pairs, where the key must be of type string. Found key type: ${bsonTypeName(key)}`,
    );
  }
  checkKey(key, 4940400);
  result.set(key, value);
}

function addKeyValue(result: Doc, element: Value): void {
  if (!(element instanceof Map)) {
    throw new CommandError(
      40391,
      `$arrayToObject requires a consistent input format. Elements mustall be arrays or all be objects. Object was detected, now found: ${bsonTypeName(element)}`,
    );
  }
  if (element.size !== 2) {
    throw new CommandError(
      40392,
      `$arrayToObject requires an object keys of 'k' and 'v'. Found incorrect number of keys:${element.size}`,
    );
  }
  const key = element.get('k');
  const value = element.get('v');
  if (key === undefined || value === undefined) {
    throw new CommandError(
      40393,
      `$arrayToObject requires an object with keys 'k' and 'v'. Missing either or both keys from: ${describeValue(element)}`,
    );
  }
  if (typeof key !== 'string') {
    throw new CommandError(
      40394,
      `$arrayToObject requires an object with keys 'k' and 'v', where the value of 'k' must be of type string. Found type: ${bsonTypeName(key)}`,
    );
  }
  checkKey(key, 4940401);
  result.set(key, value);
}

function checkKey(key: string, code: number): void {
  if (key.includes('\0')) throw new CommandError(code, 'Key field cannot contain an embedded null byte');
}
