import { Binary, bsonTypeName, compareStrings, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { searchIndex } from '../array/elements';
import { variadicAssociative } from '../associative';
import type { OperatorCompiler } from '../expression';
import { binary, ranged, unary } from '../operands';
import { isNullish } from '../truth';
import { coerceToString } from './coerce';
import { asciiLowerCase, asciiUpperCase, byteLength, codePointLength } from './utf8';

type Operand = Value | undefined;

export const STRING_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $concat: variadicAssociative((operands) => {
    let result = '';
    for (const operand of operands) {
      if (isNullish(operand)) return null;
      if (typeof operand !== 'string') {
        throw new CommandError(16702, `$concat only supports strings, not ${bsonTypeName(operand)}`);
      }
      result += operand;
    }
    return result;
  }),
  $toUpper: unary((operand) => asciiUpperCase(coerceToString(operand))),
  $toLower: unary((operand) => asciiLowerCase(coerceToString(operand))),
  $strcasecmp: binary((left, right) =>
    Math.sign(compareStrings(asciiUpperCase(coerceToString(left)), asciiUpperCase(coerceToString(right)))),
  ),
  $strLenBytes: unary((operand) => byteLength(stringOf(operand, '$strLenBytes', 34473))),
  $strLenCP: unary((operand) => codePointLength(stringOf(operand, '$strLenCP', 34471))),
  $binarySize: unary((operand) => {
    if (isNullish(operand)) return null;
    if (operand instanceof Binary) return operand.length();
    if (typeof operand === 'string') return byteLength(operand);
    throw new CommandError(
      51276,
      `$binarySize requires a string or BinData argument, found: ${bsonTypeName(operand)}`,
    );
  }),
  $indexOfBytes: ranged(2, 4, (operands) => indexOf(operands, '$indexOfBytes', 40091, Buffer.from)),
  $indexOfCP: ranged(2, 4, (operands) => indexOf(operands, '$indexOfCP', 40093, Array.from<string>)),
  $split: binary(split),
};

function stringOf(operand: Operand, name: string, code: number): string {
  if (typeof operand === 'string') return operand;
  throw new CommandError(code, `${name} requires a string argument, found: ${bsonTypeName(operand)}`);
}

/** A string as the units by which an operator counts: bytes or characters. */
type Units = { readonly length: number; readonly [index: number]: number | string };

function indexOf(
  operands: readonly Operand[],
  name: string,
  code: number,
  toUnits: (text: string) => Units,
): Operand {
  const [text, sought] = operands;
  if (isNullish(text)) return null;
  if (typeof text !== 'string') {
    throw new CommandError(code, `${name} requires a string as the first argument, found: ${bsonTypeName(text)}`);
  }
  if (typeof sought !== 'string') {
    throw new CommandError(
      code + 1,
      `${name} requires a string as the second argument, found: ${bsonTypeName(sought)}`,
    );
  }
  const units = toUnits(text);
  const start = operands.length > 2 ? searchIndex(name, operands[2], 'starting') : 0;
  const end = operands.length > 3 ? Math.min(searchIndex(name, operands[3], 'ending'), units.length) : units.length;
  if (start > units.length || end < start) return -1;
  return find(units, toUnits(sought), start, end);
}

function find(units: Units, sought: Units, start: number, end: number): number {
  for (let index = start; index + sought.length <= end; index++) {
    let matched = 0;
    while (matched < sought.length && units[index + matched] === sought[matched]) matched++;
    if (matched === sought.length) return index;
  }
  return -1;
}

function split(text: Operand, separator: Operand): Operand {
  if (isNullish(text) || isNullish(separator)) return null;
  for (const [operand, code, which] of [
    [text, 40085, 'first'],
    [separator, 40086, 'second'],
  ] as const) {
    if (typeof operand !== 'string') {
      throw new CommandError(
        code,
        `$split requires an expression that evaluates to a string as a ${which} argument, found: ${bsonTypeName(operand)}`,
      );
    }
  }
  if (separator === '') throw new CommandError(40087, '$split requires a non-empty separator');
  return (text as string).split(separator as string);
}
