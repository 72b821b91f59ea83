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

/** Facts about a document that are not in it, for `$meta`. */
export interface DocumentMetadata {
  readonly recordId?: Value;
  readonly textScore?: Value;
  /** The values the document was sorted by. */
  readonly sortKey?: readonly Value[];
}

/** The operand of `$meta`. */
export function parseMeta(operand: Value): string {
  if (typeof operand !== 'string') throw new CommandError(17307, '$meta only supports string arguments');
  if (!NAMES.has(operand)) throw new CommandError(17308, `Unsupported argument to $meta: ${operand}`);
  return operand;
}

/** The value of `{$meta: name}`; undefined, which leaves the field out, if there is none. */
export function metaValue(name: string, metadata: DocumentMetadata): Value | undefined {
  switch (name) {
    case 'textScore':
      return metadata.textScore;
    case 'recordId':
      return metadata.recordId;
    case 'sortKey':
      return metadata.sortKey && [...metadata.sortKey];
    default:
      return undefined;
  }
}
