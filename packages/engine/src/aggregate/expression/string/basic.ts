import { Binary, bsonTypeName, compareStrings, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { searchIndex } from '../array/elements';
import { variadicAssociative } from '../associative';
import type { OperatorCompiler } from '../expression';
import { binary, lazy, rangeOperands, unary } from '../operands';
import { isNullish } from '../truth';
import { coerceToString } from './coerce';
import { asciiLowerCase, asciiUpperCase, byteLength, codePointLength } from './utf8';

type Operand = Value | undefined;

export const STRING_OPERATORS: Readonly<Record<string, OperatorCompiler>> = {
  $concat: variadicAssociative((operands, document, variables) => {
    let result = '';
    for (const expression of operands) {
      const operand = expression.evaluate(document, variables);
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
    // Bytes of the old kind lie behind a length of their own, which counts.
    if (operand instanceof Binary) return operand.length() + (operand.sub_type === 2 ? 4 : 0);
    if (typeof operand === 'string') return byteLength(operand);
    throw new CommandError(
      51276,
      `$binarySize requires a string or BinData argument, found: ${bsonTypeName(operand)}`,
    );
  }),
  $indexOfBytes: searcher(40091, Buffer.from, true),
  $indexOfCP: searcher(40093, Array.from<string>, false),
  $split: binary(split),
};

function stringOf(operand: Operand, name: string, code: number): string {
  if (typeof operand === 'string') return operand;
  throw new CommandError(code, `${name} requires a string argument, found: ${bsonTypeName(operand)}`);
}

/** A string as the units by which an operator counts: bytes or characters. */
type Units = { readonly length: number; readonly [index: number]: number | string };

/** `whole`: whether all of the string must lie before the end, not only its first unit. */
function searcher(code: number, toUnits: (text: string) => Units, whole: boolean): OperatorCompiler {
  return (argument, scope, name) =>
    lazy(rangeOperands(argument, scope, name, 2, 4), scope, name, (operands, document, variables) =>
      indexOf(
        (index) => operands[index]?.evaluate(document, variables),
        operands.length,
        name,
        code,
        toUnits,
        whole,
      ),
    );
}

function indexOf(
  operand: (index: number) => Operand,
  count: number,
  name: string,
  code: number,
  toUnits: (text: string) => Units,
  whole: boolean,
): Operand {
  const text = operand(0);
  if (isNullish(text)) return null;
  if (typeof text !== 'string') {
    throw new CommandError(
      code,
      `${name} requires a string as the first argument, found: ${bsonTypeName(text)}`,
    );
  }
  const sought = operand(1);
  if (typeof sought !== 'string') {
    throw new CommandError(
      code + 1,
      `${name} requires a string as the second argument, found: ${bsonTypeName(sought)}`,
    );
  }
  const units = toUnits(text);
  const start = count > 2 ? searchIndex(name, operand(2), 'starting') : 0;
  const end = count > 3 ? Math.min(searchIndex(name, operand(3), 'ending'), units.length) : units.length;
  if (start > units.length || end < start) return -1;
  if (sought === '' && units.length === 0) return 0;
  return find(units, toUnits(sought), start, end, whole);
}

function find(units: Units, sought: Units, start: number, end: number, whole: boolean): number {
  const last = whole ? end - sought.length : Math.min(end - 1, units.length - sought.length);
  for (let index = start; index <= last; index++) {
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
