import { encodeDocument, encodeKey, type Doc, type Value } from '@argon/bson';
import { indexKind, type IndexDefinition } from '@argon/materializer';
import { CommandError } from '../../handler/errors';
import type { Matcher } from '../../match/compile';
import type { CollectionView } from '../../view/collection-view';
import type { Hint } from '../hint';
import type { IndexScan } from './index-access';
import { wholeIndex } from './index-bounds';
import { KeyRanges, type Range } from './key-ranges';
import { plannedIndex, type PlannedIndex } from './planned-index';

/** find's `min` and `max`: where to begin and to stop in the index that the hint names. */
export interface WantedRange {
  /** The first keys that belong to it. */
  readonly min: Doc | undefined;
  /** The first keys that do not. */
  readonly max: Doc | undefined;
}

/** Less and greater than every key, whose code units are bytes. */
const FIRST = '';
const BEYOND = '\u0100';

/** Keys between two that were given, whatever the filter says. */
export class GivenRange extends KeyRanges {
  constructor(
    index: PlannedIndex,
    private readonly range: Range,
  ) {
    super(wholeIndex(index).fields, index.directions);
  }

  override get count(): number {
    return 1;
  }

  override *ranges(): Generator<Range, undefined> {
    yield this.range;
  }
}

/** Reads the range of the hinted index. @throws CommandError as mongod where that makes no sense */
export async function rangeAccess(
  view: CollectionView,
  matcher: Matcher,
  hint: Hint | undefined,
  { min, max }: WantedRange,
): Promise<IndexScan> {
  if (hint?.natural !== undefined) {
    throw refused('NoQueryExecutionPlans', 'min and max are incompatible with $natural');
  }
  if (matcher.text !== undefined || matcher.near !== undefined) {
    throw new CommandError('CommandNotSupported', "'min' and 'max' are not supported with $text and $near");
  }
  const definition = hint?.index;
  if (definition === undefined) {
    throw refused(51173, 'When using min()/max() a hint of which index to use must be provided');
  }
  for (const bound of [min, max]) if (bound !== undefined) checkCompatible(definition, bound);
  const found = await view.index(definition);
  if (found === undefined) throw unsupported(definition);
  const index = plannedIndex(found);
  for (const bound of [min, max]) if (bound !== undefined) checkCollation(index, matcher, bound);
  const range = {
    from: min === undefined ? FIRST : keyOf(index, min),
    to: max === undefined ? BEYOND : keyOf(index, max),
  };
  if (range.from >= range.to) {
    throw refused(
      51175,
      'The value provided for min() does not come before the value provided for max() in the hinted index',
    );
  }
  return {
    kind: 'IXSCAN',
    index,
    bounds: wholeIndex(index),
    ranges: new GivenRange(index, range),
    reverse: false,
    isSorted: false,
    keyFilter: undefined,
    residual: matcher.always ? undefined : matcher.root,
    covered: undefined,
    sortable: undefined,
  };
}

/** @throws CommandError where min and max are of different fields */
export function checkSameFields({ min, max }: WantedRange): void {
  if (min === undefined || max === undefined) return;
  const others = [...max.keys()];
  if (min.size === max.size && [...min.keys()].every((field, i) => field === others[i])) return;
  throw new CommandError(51176, 'min and max must have the same field names');
}

function checkCompatible({ key }: IndexDefinition, bound: Doc): void {
  const fields = [...key.keys()];
  const kind = indexKind(key);
  if (kind !== 'wildcard' && kind !== 'ordered' && kind !== 'hashed') throw unsupported({ key });
  const isAlike = bound.size === fields.length && [...bound.keys()].every((field, i) => field === fields[i]);
  if (kind === 'wildcard' || !isAlike) throw incompatible();
}

/** Strings come in the index's order, which must be that of the query. */
function checkCollation({ collation }: PlannedIndex, matcher: Matcher, bound: Doc): void {
  if (collation === matcher.collation) return;
  if (
    [...bound.values()].some((value) =>
      typeof value === 'object' ? isOrdered(value) : typeof value === 'string',
    )
  ) {
    throw incompatible();
  }
}

function isOrdered(value: Value): boolean {
  return value instanceof Map || Array.isArray(value);
}

function keyOf({ fields, directions, collation, view }: PlannedIndex, bound: Doc): string {
  // The keys of a hashed index are made of hashes.
  if (fields.some(({ isHashed }) => isHashed)) return view.keysOf(encodeDocument(bound))[0]!;
  return encodeKey([...bound.values()], directions, collation);
}

function refused(code: 'NoQueryExecutionPlans' | number, why: string): CommandError {
  return new CommandError(code, `error processing query: planner returned error :: caused by :: ${why}`);
}

function incompatible(): CommandError {
  return refused(51174, 'The index chosen is not compatible with min/max');
}

function unsupported({ key }: Pick<IndexDefinition, 'key'>): CommandError {
  return new CommandError(
    'CommandNotSupported',
    `find's options 'min' and 'max' are not supported on the index on ${[...key.keys()].join(', ')}`,
  );
}
