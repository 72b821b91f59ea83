import { isNumber, toNumber } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { describeElement, describeValue } from '../match/parse/describe';
import { toInt32 } from '../match/parse/integer';
import { projectionPath } from '../project/field-path';

export type Direction = 1 | -1;

/** One field of a sort. */
export type SortPart =
  | { readonly kind: 'path'; readonly path: readonly string[]; readonly direction: Direction }
  /** `{$meta: 'randVal'}`: a random order. */
  | { readonly kind: 'random' }
  /** `{$meta: 'textScore'}`: what meets a search best comes first. */
  | { readonly kind: 'score' }
  /** `{$meta: 'geoNearDistance'}`. */
  | { readonly kind: 'distance' };

export interface ParsedSort {
  readonly parts: readonly SortPart[];
  /** `{$natural: ±1}`: no sort at all, but the order in which documents are stored, or its reverse. */
  readonly natural: Direction | undefined;
}

const MOST_PARTS = 32;

/**
 * Parses the sort of a `find` or of `$sort`.
 *
 * @throws CommandError with mongod's code and message for what mongod refuses.
 */
export function parseSort(spec: Doc): ParsedSort {
  const natural = spec.get('$natural');
  if (natural !== undefined) {
    if (spec.size > 1) {
      throw new CommandError(
        'BadValue',
        `Cannot include '$natural' in compound sort: ${describeValue(spec)}`,
      );
    }
    return { parts: [], natural: isNumber(natural) && toNumber(natural) < 0 ? -1 : 1 };
  }
  if (spec.size > MOST_PARTS) throw new CommandError(13103, 'too many compound keys');
  return { parts: [...spec].map(([path, value]) => parsePart(path, value)), natural: undefined };
}

function parsePart(path: string, value: Value): SortPart {
  if (value instanceof Map) return parseMeta(value);
  if (!isNumber(value)) {
    throw new CommandError(15974, `Illegal key in $sort specification: ${describeElement(path, value)}`);
  }
  const direction = toInt32(value);
  if (direction !== 1 && direction !== -1) {
    throw new CommandError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
  }
  return { kind: 'path', path: projectionPath(path), direction };
}

function parseMeta(value: Doc): SortPart {
  switch (sortedMetadata(value)) {
    case 'randVal':
      return { kind: 'random' };
    case 'textScore':
      return { kind: 'score' };
    default:
      return { kind: 'distance' };
  }
}

/** Which metadata `{$meta: name}` sorts by. @throws CommandError */
export function sortedMetadata(value: Doc): 'randVal' | 'textScore' | 'geoNearDistance' {
  const [first] = value;
  if (first === undefined || first[0] !== '$meta') {
    throw new CommandError(17312, '$meta is the only expression supported by $sort right now');
  }
  if (value.size > 1) {
    throw new CommandError('FailedToParse', 'Cannot have additional keys in a $meta sort specification');
  }
  const [, name] = first;
  if (name === 'randVal' || name === 'textScore' || name === 'geoNearDistance') return name;
  const ofSearches = typeof name === 'string' ? OF_SEARCHES[name] : undefined;
  if (ofSearches !== undefined) {
    throw new CommandError(ofSearches, `$meta sort by '${String(name)}' metadata is not supported`);
  }
  throw new CommandError(31138, `Illegal $meta sort: ${describeElement(...first)}`);
}

const OF_SEARCHES: Readonly<Record<string, number>> = { searchScore: 31218, searchHighlights: 31219 };
