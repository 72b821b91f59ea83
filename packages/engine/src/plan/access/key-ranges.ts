import { isEverything, isPoint, successor, type Intervals } from '../bounds/interval';

/** The keys from `from` on that are less than `to`. */
export interface Range {
  readonly from: string;
  readonly to: string;
}

/** One field's intervals as they lie in the index: turned round where the field descends. */
interface StoredField {
  readonly ranges: readonly Range[];
  readonly isPoints: boolean;
  readonly isEverything: boolean;
}

/**
 * The bounds of an index as ranges of its keys: every combination of the single values that the first fields are bound
 * to, with each interval of the next field. What the fields after it are bound to is left to `rejection`.
 */
export class KeyRanges {
  readonly #fields: readonly StoredField[];
  /** The field whose intervals the ranges are made of; those before it are single values. */
  readonly #ranged: number;
  /** Whether every key in the ranges is within bounds. */
  readonly isExact: boolean;

  constructor(
    bounds: readonly Intervals[],
    private readonly directions: readonly (1 | -1)[],
  ) {
    this.#fields = bounds.map((intervals, field) => stored(intervals, directions[field]!));
    const ranged = this.#fields.findIndex(({ isPoints }) => !isPoints);
    this.#ranged = ranged < 0 ? bounds.length - 1 : ranged;
    this.isExact = this.#fields.slice(this.#ranged + 1).every((field) => field.isEverything);
  }

  /** How many ranges there are. */
  get count(): number {
    let count = 1;
    for (const { ranges } of this.#fields.slice(0, this.#ranged + 1)) count *= ranges.length;
    return count;
  }

  /** In the order of the index, or in reverse. */
  *ranges(reverse: boolean, prefix = '', field = 0): Generator<Range, undefined> {
    const { ranges } = this.#fields[field]!;
    for (let index = 0; index < ranges.length; index++) {
      const range = ranges[reverse ? ranges.length - 1 - index : index]!;
      if (field === this.#ranged) yield { from: prefix + range.from, to: prefix + range.to };
      else yield* this.ranges(reverse, prefix + range.from, field + 1);
    }
  }

  /**
   * Undefined for a key within bounds. For another one, where the next that may be within is looked for: at or after
   * the place, or in reverse before it.
   *
   * @param parts - The key's parts as they are stored.
   */
  rejection(parts: readonly string[], reverse: boolean): string | undefined {
    let prefix = '';
    for (let field = 0; field < parts.length; field++) {
      const part = parts[field]!;
      const { ranges, isEverything: isFree } = this.#fields[field]!;
      if (field > this.#ranged && !isFree) {
        const at = firstEndingAfter(ranges, part);
        const inside = at < ranges.length && part >= ranges[at]!.from;
        if (!inside && reverse) return at > 0 ? prefix + ranges[at - 1]!.to : prefix;
        if (!inside) return at < ranges.length ? prefix + ranges[at]!.from : successor(prefix);
      }
      prefix += part;
    }
    return undefined;
  }

  get fieldDirections(): readonly (1 | -1)[] {
    return this.directions;
  }
}

function stored(intervals: Intervals, direction: 1 | -1): StoredField {
  const ranges =
    direction === 1
      ? intervals.map(({ low, high }) => ({ from: low.position, to: high.position }))
      : intervals.map(({ low, high }) => ({ from: high.inverted, to: low.inverted })).reverse();
  return { ranges, isPoints: intervals.every(isPoint), isEverything: isEverything(intervals) };
}

/** Index of the first range that ends after a part. */
function firstEndingAfter(ranges: readonly Range[], part: string): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]!.to > part) high = middle;
    else low = middle + 1;
  }
  return low;
}
