import { bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { describeElement } from '../../expression/describe';
import { parseFieldPath } from '../../expression/field-path';

/** A `$lookup` as written, checked for what can be checked without compiling. */
export interface LookupSpecification {
  readonly from: string | undefined;
  readonly as: readonly string[];
  readonly localField: readonly string[] | undefined;
  readonly foreignField: string | undefined;
  readonly let: Doc | undefined;
  readonly pipeline: readonly Value[] | undefined;
}

const TEXT_OPTIONS = ['as', 'localField', 'foreignField'];

export function parseLookup(argument: Value, database: string): LookupSpecification {
  if (!(argument instanceof Map)) {
    throw failed(`the $lookup stage specification must be an object, but found ${bsonTypeName(argument)}`);
  }
  if (!argument.has('from') && !argument.has('pipeline')) {
    throw failed("must specify 'pipeline' when 'from' is empty");
  }
  for (const [name, value] of argument) checkOption(name, value);
  const as = argument.get('as') as string | undefined;
  const localField = argument.get('localField') as string | undefined;
  const foreignField = argument.get('foreignField') as string | undefined;
  if (as === undefined || as === '') throw failed("must specify 'as' field for a $lookup");
  const from = fromCollection(argument.get('from'), database);
  const pipeline = argument.get('pipeline') as readonly Value[] | undefined;
  checkCombination(argument, localField, foreignField);
  if (foreignField !== undefined) parseFieldPath(foreignField);
  return {
    from,
    as: parseFieldPath(as),
    localField: localField === undefined ? undefined : parseFieldPath(localField),
    foreignField,
    let: argument.get('let') as Doc | undefined,
    pipeline,
  };
}

function failed(message: string): CommandError {
  return new CommandError('FailedToParse', message);
}

function checkOption(name: string, value: Value): void {
  if (name === 'pipeline') {
    if (Array.isArray(value)) return;
    throw new CommandError('TypeMismatch', "'pipeline' option must be specified as an array");
  }
  if (name === 'from') return;
  if (name === 'let') {
    if (value instanceof Map) return;
    throw failed(
      `$lookup argument 'let: ${describeElement(value)}' must be an object, is type ${bsonTypeName(value)}`,
    );
  }
  if (typeof value !== 'string') {
    throw failed(
      `$lookup argument '${name}' must be a string, found ${name}: ${describeElement(value)}: ${bsonTypeName(value)}`,
    );
  }
  if (!TEXT_OPTIONS.includes(name)) throw failed(`unknown argument to $lookup: ${name}`);
}

function fromCollection(from: Value | undefined, database: string): string | undefined {
  if (from === undefined) return undefined;
  if (from instanceof Map) {
    throw failed(
      `$lookup with syntax {from: {db:<>, coll:<>},..} is not supported for db: ${String(from.get('db'))} and coll: ${String(from.get('coll'))}`,
    );
  }
  if (typeof from !== 'string') {
    throw failed(`$lookup 'from' field must be a string, but found ${bsonTypeName(from)}`);
  }
  if (from === '') throw new CommandError('InvalidNamespace', `invalid $lookup namespace: ${database}.`);
  return from;
}

function checkCombination(
  argument: Doc,
  localField: string | undefined,
  foreignField: string | undefined,
): void {
  const hasFields = localField !== undefined && foreignField !== undefined;
  if (!argument.has('pipeline') && !hasFields) {
    throw failed(
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified",
    );
  }
  if (argument.has('pipeline') && (localField === undefined) !== (foreignField === undefined)) {
    throw failed("$lookup requires both or neither of 'localField' and 'foreignField' to be specified");
  }
  if (argument.has('let') && !argument.has('pipeline')) {
    throw failed("$lookup with a 'let' argument must also specify 'pipeline'");
  }
}
