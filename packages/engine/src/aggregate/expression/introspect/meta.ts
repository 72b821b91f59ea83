import { CommandError } from '../../../handler/errors';
import type { OperatorCompiler } from '../expression';
import { constantExpression } from '../expression';

/** Metadata that only certain first stages make, which Argon does not have; by the name in mongod's message. */
const UNAVAILABLE: Readonly<Record<string, string>> = {
  textScore: 'text score',
  geoNearDistance: '$geoNear distance',
  geoNearPoint: '$geoNear point',
  sortKey: 'sort key',
  recordId: 'record id',
};

/** Metadata that is simply missing outside of the searches that make it. */
const ABSENT = new Set([
  'searchScore',
  'searchHighlights',
  'searchScoreDetails',
  'indexKey',
  'randVal',
  'timeseriesBucketMinTime',
  'timeseriesBucketMaxTime',
]);

export const META: OperatorCompiler = (argument) => {
  if (typeof argument !== 'string') throw new CommandError(17307, '$meta only supports string arguments');
  const unavailable = UNAVAILABLE[argument];
  if (unavailable !== undefined) {
    throw new CommandError(40218, `query requires ${unavailable} metadata, but it is not available`);
  }
  if (ABSENT.has(argument)) return constantExpression(undefined);
  throw new CommandError(17308, `Unsupported argument to $meta: ${argument}`);
};
