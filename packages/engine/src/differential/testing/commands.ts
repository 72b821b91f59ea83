import type { Doc, Value } from '@argon/bson';
import { CLASSIC_ENGINE } from '../../aggregate/testing/expression-cases';

/** A command of these fields, those without a value left out. */
export function command(...fields: readonly (readonly [string, Value | undefined])[]): Doc {
  return new Map(fields.filter((field): field is [string, Value] => field[1] !== undefined));
}

export function insertCommand(collection: string, documents: readonly Doc[]): Doc {
  return command(['insert', collection], ['documents', [...documents]]);
}

export function findCommand(collection: string, fields: Readonly<Record<string, Value | undefined>>): Doc {
  return command(['find', collection], ...Object.entries(fields), ['batchSize', 100_000]);
}

export function aggregateCommand(
  collection: string,
  pipeline: readonly Value[],
  fields: Readonly<Record<string, Value | undefined>> = {},
): Doc {
  const cursor = new Map([['batchSize', 100_000]]);
  return command(
    ['aggregate', collection],
    ['pipeline', [...pipeline]],
    ['cursor', cursor],
    ...Object.entries(fields),
  );
}

/** In the order of insertion, whatever the indexes. */
export const NATURAL: Doc = new Map([['$natural', 1]]);

/** The same for mongod's older engine: the other one keeps the last of equal extremes, and turns symbols into strings. */
export function inClassicEngine(given: Doc): Doc {
  const pipeline = given.get('pipeline');
  return Array.isArray(pipeline) ? new Map([...given, ['pipeline', [CLASSIC_ENGINE, ...pipeline]]]) : given;
}
