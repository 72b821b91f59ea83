import { decodeDocument } from '@argon/bson';
import type { Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Container, MatchNode } from '../node';
import { compileSchema } from '../schema/compile';
import type { SchemaTest } from '../schema/keyword';

/** `$jsonSchema`: the document obeys a schema. */
export function jsonSchemaNode(operand: Value): MatchNode {
  if (!(operand instanceof Map)) throw new CommandError('TypeMismatch', '$jsonSchema must be an object');
  return new JsonSchemaNode(operand, compileSchema(operand));
}

/** Asks a schema of whole documents. */
export class JsonSchemaNode implements MatchNode {
  constructor(
    /** The schema as given. */
    readonly operand: Value,
    private readonly test: SchemaTest,
  ) {}

  decoded(document: Container): boolean {
    return this.test(document as Value);
  }

  raw(bytes: Uint8Array, offset: number): boolean {
    return this.decoded(decodeDocument(bytes, offset));
  }
}
