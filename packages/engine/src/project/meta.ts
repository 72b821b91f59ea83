import type { Value } from '@argon/bson';
import { CommandError } from '../handler/errors';

/** What `$meta` can name in mongod 6.0. */
const NAMES = new Set([
  'textScore',
  'searchScore',
  'searchHighlights',
  'geoNearDistance',
  'geoNearPoint',
  'recordId',
  'randVal',
  'sortKey',
  'indexKey',
  'searchScoreDetails',
]);

/** The operand of `$meta`. */
export function parseMeta(operand: Value): string {
  if (typeof operand !== 'string') throw new CommandError(17307, '$meta only supports string arguments');
  if (!NAMES.has(operand)) throw new CommandError(17308, `Unsupported argument to $meta: ${operand}`);
  return operand;
}
