import {
  add,
  compareValues,
  encodeKey,
  isNumber,
  multiply,
  toBigInt,
  type Collation,
  type Doc,
  type NumberValue,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { addUnits } from '../../expression/date/add';
import { dateOf, millisecondsOf } from '../../expression/date/date-value';
import { UTC } from '../../expression/date/time-zone';
import type { TimeUnit } from '../../expression/date/unit';
import { valueAtPath } from '../../expression/field-path';
import { isNullish } from '../../expression/truth';
import { sortKeyOf, sortKeyOrder, type SortField } from '../../order/sort-pattern';
import { setPath } from '../../projection/set-path';

export interface DensifySpecification {
  readonly path: readonly string[];
  readonly partitionBy: readonly (readonly string[])[];
  readonly step: NumberValue;
  readonly unit?: TimeUnit;
  readonly bounds: 'full' | 'partition' | readonly [Value, Value];
}

/** mongod's limit on documents that one stage makes. */
const MOST_DOCUMENTS = 500_000;

/** A partition while its documents pass: the next value to make, and the partition's fields in its first document. */
interface Progress {
  next: Value | undefined;
  readonly common: Doc;
}

/** Puts documents between those that are there. */
export class Densifier {
  private readonly output: Doc[] = [];
  private readonly partitions = new Map<string, Progress>();
  private made = 0;
  /** Whether any document had a value; if none has, the range is made once. */
  private sawValues = false;

  constructor(
    private readonly specification: DensifySpecification,
    private readonly collation: Collation | undefined,
  ) {}

  densify(documents: readonly Doc[]): Doc[] {
    const { bounds, partitionBy } = this.specification;
    if (partitionBy.length > 0 && bounds !== 'full') this.densifyEach(documents);
    else {
      const sorted = this.sort(documents);
      this.run(sorted, bounds === 'full' ? this.extremes(sorted) : this.explicitBounds(), bounds === 'full');
    }
    if (!this.sawValues && Array.isArray(bounds)) {
      this.makeUntil(
        { next: bounds[0] as Value, common: new Map() },
        undefined,
        this.explicitBounds(),
        false,
      );
    }
    return this.output;
  }

  /** Partition after partition, in the order of their values. */
  private densifyEach(documents: readonly Doc[]): void {
    const { bounds } = this.specification;
    const groups = new Map<string, { key: readonly (Value | undefined)[]; documents: Doc[] }>();
    for (const document of documents) {
      const key = this.partitionKey(document);
      const text = encodeKey(key, undefined, this.collation);
      const group = groups.get(text);
      if (group === undefined) groups.set(text, { key, documents: [document] });
      else group.documents.push(document);
    }
    for (const text of [...groups.keys()].sort((a, b) => (a < b ? -1 : 1))) {
      const sorted = this.sort(groups.get(text)?.documents ?? []);
      const isOwn = bounds === 'partition';
      this.run(sorted, isOwn ? this.extremes(sorted) : this.explicitBounds(), isOwn);
    }
  }

  private explicitBounds(): readonly [Value, Value] {
    return this.specification.bounds as readonly [Value, Value];
  }

  private sort(documents: readonly Doc[]): Doc[] {
    const { path } = this.specification;
    const fields: SortField[] = [{ name: path.join('.'), path, direction: 1, collation: this.collation }];
    const compare = sortKeyOrder(fields);
    return documents
      .map((document) => ({ document, key: sortKeyOf(document, fields) }))
      .sort((a, b) => compare(a.key, b.key))
      .map(({ document }) => document);
  }

  private extremes(sorted: readonly Doc[]): readonly [Value, Value] | undefined {
    const values = sorted.map((document) => this.valueOf(document)).filter((value) => !isNullish(value));
    const [first] = values;
    const last = values.at(-1);
    return first === undefined || last === undefined ? undefined : [first, last];
  }

  /** `inclusive`: the upper bound is a value that is to be there, not one to stop before. */
  private run(sorted: readonly Doc[], range: readonly [Value, Value] | undefined, inclusive: boolean): void {
    this.partitions.clear();
    for (const document of sorted) {
      const value = this.valueOf(document);
      if (!isNullish(value)) this.pass(document, value, range, inclusive);
      this.output.push(document);
    }
    if (range === undefined) return;
    this.sawValues ||= this.partitions.size > 0;
    for (const progress of this.partitions.values()) this.makeUntil(progress, undefined, range, inclusive);
  }

  private pass(
    document: Doc,
    value: Value,
    range: readonly [Value, Value] | undefined,
    inclusive: boolean,
  ): void {
    if (range === undefined) {
      this.check(value);
      return;
    }
    const progress = this.progress(document, range);
    // Behind the end of a range that is given, and without partitions, any value passes.
    const isOpen = progress.next !== undefined && this.isWithin(progress.next, range, inclusive);
    if (isOpen || inclusive || this.specification.partitionBy.length > 0) this.check(value);
    // What comes before a document has its partition's fields as that document writes them.
    this.makeUntil(progress, value, range, inclusive, this.common(document));
  }

  private isWithin(value: Value, [, upper]: readonly [Value, Value], inclusive: boolean): boolean {
    const order = compareValues(value, upper);
    return inclusive ? order <= 0 : order < 0;
  }

  private progress(document: Doc, range: readonly [Value, Value]): Progress {
    const key = encodeKey(this.partitionKey(document), undefined, this.collation);
    let progress = this.partitions.get(key);
    if (progress === undefined) {
      progress = { next: this.firstOf(range), common: this.common(document) };
      this.partitions.set(key, progress);
    }
    return progress;
  }

  /** The first value to make; over all partitions it has the type that stepping gives it. */
  private firstOf([lower]: readonly [Value, Value]): Value {
    const { bounds, partitionBy, step } = this.specification;
    if (bounds !== 'full' || partitionBy.length === 0 || lower instanceof Date) return lower;
    return add(lower as NumberValue, multiply(step, 0), 'double');
  }

  /** Makes the documents up to a value (exclusive) or to the end of the range. */
  private makeUntil(
    progress: Progress,
    until: Value | undefined,
    range: readonly [Value, Value],
    inclusive: boolean,
    common = progress.common,
  ): void {
    while (progress.next !== undefined) {
      const { next } = progress;
      if (!this.isWithin(next, range, inclusive)) return;
      const order = until === undefined ? -1 : compareValues(next, until);
      if (order > 0) return;
      if (order < 0) this.make(common, next);
      progress.next = this.step(next);
      if (order === 0) return;
    }
  }

  private make(common: Doc, value: Value): void {
    if (++this.made > MOST_DOCUMENTS) {
      throw new CommandError(
        5897900,
        `Generated ${this.made} documents in $densify, which is over the limit of ${MOST_DOCUMENTS}. Increase the 'internalQueryMaxAllowedDensifyDocs' parameter to allow more generated documents`,
      );
    }
    this.output.push(setPath(common, this.specification.path, value));
  }

  private step(value: Value): Value {
    const { step, unit } = this.specification;
    if (value instanceof Date) {
      return dateOf(addUnits(millisecondsOf(value), unit as TimeUnit, toBigInt(step), UTC));
    }
    return add(value as NumberValue, step, 'double');
  }

  private check(value: Value | undefined): void {
    const { unit } = this.specification;
    if (value instanceof Date) {
      if (unit !== undefined) return;
      throw new CommandError(
        6053600,
        'Encountered date densify value in collection when step does not have a date unit.',
      );
    }
    if (!isNumber(value)) throw new CommandError(5733201, 'Densify field type must be numeric or a date');
    if (unit !== undefined) {
      throw new CommandError(
        6053600,
        'Encountered numeric densify value in collection when step has a date unit.',
      );
    }
  }

  private valueOf(document: Doc): Value | undefined {
    return valueAtPath(document, this.specification.path);
  }

  /** A missing field makes another partition than null. */
  private partitionKey(document: Doc): (Value | undefined)[] {
    return this.specification.partitionBy.map((path) => valueAtPath(document, path));
  }

  private common(document: Doc): Doc {
    let common: Doc = new Map();
    for (const path of this.specification.partitionBy) {
      if (path[0] === this.specification.path[0]) {
        throw new CommandError(5733306, 'DocGenerator cannot include field that is being densified');
      }
      const value = valueAtPath(document, path);
      if (value !== undefined) common = setPath(common, path, value);
    }
    return common;
  }
}
