import { CommandError } from '../../../handler/errors';
import { metadataOf, metaValue } from '../../metadata';
import type { OperatorCompiler } from '../expression';

/** What `$meta` can name in mongod 6.0; what only its searches or time series make is never there. */
const NAMES = new Set([
  'textScore',
  'geoNearDistance',
  'geoNearPoint',
  'sortKey',
  'recordId',
  'randVal',
  'indexKey',
  'searchScore',
  'searchHighlights',
  'searchScoreDetails',
  'timeseriesBucketMinTime',
  'timeseriesBucketMaxTime',
]);

export const META: OperatorCompiler = (argument, scope) => {
  if (typeof argument !== 'string') throw new CommandError(17307, '$meta only supports string arguments');
  if (!NAMES.has(argument)) throw new CommandError(17308, `Unsupported argument to $meta: ${argument}`);
  scope.needsMetadata(argument);
  return { evaluate: (document) => metaValue(argument, metadataOf(document)) };
};
