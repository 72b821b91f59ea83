import { bsonTypeName, isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { validateCollectionName } from '@argon/wal';
import type { CommandDocument } from './contract';
import { CommandError } from './errors';

/** A command's fields, each as the type that it should have. @throws CommandError TypeMismatch, … where it has another */
export class CommandArguments {
  constructor(readonly command: CommandDocument) {}

  get database(): string {
    return this.command.database;
  }

  /** The collection that the command's first field names. */
  collectionName(field = this.command.name): string {
    const value = this.command.get(field);
    if (typeof value !== 'string') {
      // mongod's older parsers say InvalidNamespace here, its newer ones BadValue.
      const old = field === 'count' || field === 'distinct';
      throw new CommandError(
        old ? 'InvalidNamespace' : 'BadValue',
        `collection name has invalid type ${typeName(value)}`,
      );
    }
    if (value === '')
      throw new CommandError('InvalidNamespace', `Invalid namespace specified '${this.database}.'`);
    try {
      validateCollectionName(value);
    } catch (error) {
      throw new CommandError('InvalidNamespace', `Invalid namespace specified '${this.database}.${value}'`, {
        cause: error,
      });
    }
    return value;
  }

  optionalDocument(field: string): Doc | undefined {
    const value = this.command.get(field);
    if (value === undefined || value === null) return undefined;
    if (!(value instanceof Map)) throw this.wrongType(field, value, 'object');
    return value;
  }

  optionalBoolean(field: string): boolean {
    const value = this.command.get(field);
    if (value === undefined || value === null) return false;
    if (typeof value === 'boolean') return value;
    const number = numberOf(value);
    if (number === undefined) throw this.wrongType(field, value, 'bool');
    return number !== 0;
  }

  optionalNumber(field: string): number | undefined {
    const value = this.command.get(field);
    if (value === undefined || value === null) return undefined;
    const number = numberOf(value);
    if (number === undefined) throw this.wrongType(field, value, 'number');
    return Math.trunc(number);
  }

  optionalString(field: string): string | undefined {
    const value = this.command.get(field);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw this.wrongType(field, value, 'string');
    return value;
  }

  /** An array of documents in bytes, as `documents`, `updates`, `deletes` are given. */
  requiredArray(field: string): readonly Uint8Array[] {
    const documents = this.command.rawArray(field);
    if (documents === undefined) {
      if (!this.command.has(field)) {
        throw new CommandError(
          40414,
          `BSON field '${this.command.name}.${field}' is missing but a required field`,
        );
      }
      throw this.wrongType(field, this.command.get(field), 'array');
    }
    return documents;
  }

  wrongType(field: string, value: Value | undefined, expected: string): CommandError {
    return new CommandError(
      'TypeMismatch',
      `BSON field '${this.command.name}.${field}' is the wrong type '${typeName(value)}', expected type '${expected}'`,
    );
  }
}

function numberOf(value: Value): number | undefined {
  return isNumber(value) ? toNumber(value) : undefined;
}

function typeName(value: Value | undefined): string {
  return value === undefined ? 'missing' : bsonTypeName(value);
}
