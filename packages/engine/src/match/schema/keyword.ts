import { bsonTypeName } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { nonNegativeLong } from '../parse/integer';

/** Whether a value obeys one keyword of a schema. */
export type SchemaTest = (value: Value) => boolean;

/** What a keyword's compiler gets: its operand, and the schema around it. */
export interface KeywordContext {
  readonly keyword: string;
  readonly schema: Doc;
  /** Whether the schema is for the document itself, which is never a number, a string or an array. */
  readonly isRoot: boolean;
  /** Compiles a schema for values inside this one. */
  inside(schema: Doc): SchemaTest;
  /** Compiles a schema for the same value. */
  same(schema: Doc): SchemaTest;
}

export type Keyword = (operand: Value, context: KeywordContext) => SchemaTest | undefined;

export function typeMismatch(keyword: string, complaint: string): CommandError {
  return new CommandError('TypeMismatch', `$jsonSchema keyword '${keyword}' ${complaint}`);
}

export function failedToParse(keyword: string, complaint: string): CommandError {
  return new CommandError('FailedToParse', `$jsonSchema keyword '${keyword}' ${complaint}`);
}

/** A keyword's operand that must be an integer ≥ 0. */
export function lengthOperand(keyword: string, operand: Value): number {
  const length = nonNegativeLong(keyword, operand);
  if ('complaint' in length) throw new CommandError('FailedToParse', length.complaint);
  return Number(length.value);
}

export function typeName(value: Value): string {
  return bsonTypeName(value);
}
