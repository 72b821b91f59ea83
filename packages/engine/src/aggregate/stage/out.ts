import { bsonTypeName, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { OutWrites, StageCompiler } from './stage';

/** `$out`: the command replaces a collection by what the pipeline yields. */
export const OUT: StageCompiler = (argument, { env }, name) => {
  const writes = parse(argument, env.namespace.database);
  return { name, writes, run: (source) => source };
};

function parse(argument: Value, database: string): OutWrites {
  if (typeof argument === 'string') return target(argument, undefined, database);
  if (!(argument instanceof Map)) {
    throw new CommandError(
      16990,
      `$out only supports a string or object argument, but found ${bsonTypeName(argument)}`,
    );
  }
  const db = argument.get('db');
  const collection = argument.get('coll');
  if (argument.size !== 2 || db === undefined || collection === undefined) {
    throw new CommandError(
      16994,
      "If an object is passed to $out it must have exactly 2 fields: 'db' and 'coll'",
    );
  }
  for (const [field, value] of argument) {
    if (typeof value !== 'string') {
      throw new CommandError(13111, `wrong type for field (${field}) ${bsonTypeName(value)} != string`);
    }
  }
  return target(collection as string, db as string, database);
}

function target(collection: string, database: string | undefined, own: string): OutWrites {
  if (collection === '') {
    throw new CommandError('InvalidNamespace', `Invalid $out target namespace, ${database ?? own}.`);
  }
  if (collection.startsWith('system.')) {
    throw new CommandError(17385, `Can't $out to special collection: ${collection}`);
  }
  if (collection.startsWith('$')) {
    throw new CommandError(
      'IllegalOperation',
      `error with target namespace: Invalid collection name: ${collection}`,
    );
  }
  return { kind: 'out', collection, ...(database === undefined ? {} : { database }) };
}
