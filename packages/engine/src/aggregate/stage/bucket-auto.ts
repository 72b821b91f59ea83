import {
  bsonTypeName,
  compareValues,
  isNumber,
  valuesEqual,
  type Collation,
  type Doc,
  type Value,
} from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { describeElement, describeValue } from '../expression/describe';
import { asInt32 } from '../expression/integral';
import type { Expression, Variables } from '../expression/expression';
import { MemoryMeter } from '../memory';
import { outputFields } from './bucket';
import { findGranularity, type Granularity } from './granularity';
import type { GroupField } from './group';
import type { StageCompiler } from './stage';
import { inBatches } from './stream';

const OPTIONS = ['groupBy', 'buckets', 'output', 'granularity'];

/** `$bucketAuto`: so many buckets of about the same size. */
export const BUCKET_AUTO: StageCompiler = (argument, { scope, env }, name) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      40240,
      `The argument to $bucketAuto must be an object, but found type: ${bsonTypeName(argument)}`,
    );
  }
  const groupBy = argument.get('groupBy');
  if (groupBy !== undefined) checkGroupBy(groupBy);
  const key = groupBy === undefined ? undefined : scope.compile(groupBy);
  const count = argument.get('buckets');
  const buckets = count === undefined ? 0 : bucketCount(count);
  const fields = outputFields(argument.get('output'), scope, 40244, '$bucketAuto', '');
  const granularity = granularityOption(argument.get('granularity'));
  const unknown = [...argument.keys()].find((option) => !OPTIONS.includes(option));
  if (unknown !== undefined) throw new CommandError(40245, `Unrecognized option to $bucketAuto: ${unknown}`);
  if (key === undefined || count === undefined) {
    throw new CommandError(40246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified");
  }
  return {
    name,
    async *run(source, variables) {
      const meter = new MemoryMeter('$bucketAuto', env);
      const entries: Entry[] = [];
      for await (const batch of source) {
        for (const document of batch) {
          meter.add(document);
          entries.push({ value: valueOf(document, key, variables, granularity), document });
        }
      }
      entries.sort((left, right) => compareValues(left.value, right.value, env.collation));
      yield* inBatches(
        new Distribution(entries, buckets, granularity, env.collation).results(fields, variables),
      );
    },
  };
};

interface Entry {
  readonly value: Value;
  readonly document: Doc;
}

function checkGroupBy(groupBy: Value): void {
  const isPath = typeof groupBy === 'string' && groupBy.startsWith('$');
  const isExpression = groupBy instanceof Map && [...groupBy.keys()][0]?.startsWith('$') === true;
  if (isPath || isExpression) return;
  throw new CommandError(
    40239,
    `The $bucketAuto 'groupBy' field must be defined as a $-prefixed path or an expression object, but found: ${describeElement(groupBy)}`,
  );
}

function bucketCount(value: Value): number {
  if (!isNumber(value)) {
    throw new CommandError(
      40241,
      `The $bucketAuto 'buckets' field must be a numeric value, but found type: ${bsonTypeName(value)}`,
    );
  }
  const count = asInt32(value);
  if (count === undefined) {
    throw new CommandError(
      40242,
      `The $bucketAuto 'buckets' field must be representable as a 32-bit integer, but found ${describeValue(value)}`,
    );
  }
  if (count > 0) return count;
  throw new CommandError(
    40243,
    `The $bucketAuto 'buckets' field must be greater than 0, but found: ${count}`,
  );
}

function granularityOption(value: Value | undefined): Granularity | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') {
    throw new CommandError(
      40261,
      `The $bucketAuto 'granularity' field must be a string, but found type: ${bsonTypeName(value)}`,
    );
  }
  const granularity = findGranularity(value);
  if (granularity !== undefined) return granularity;
  throw new CommandError(40257, `Unknown rounding granularity '${value}'`);
}

function valueOf(
  document: Doc,
  key: Expression,
  variables: Variables,
  granularity: Granularity | undefined,
): Value {
  const value = key.evaluate(document, variables);
  if (granularity === undefined) return value ?? null;
  if (!isNumber(value)) {
    throw new CommandError(
      40258,
      `$bucketAuto can specify a 'granularity' with numeric boundaries only, but found a value with type: ${bsonTypeName(value)}`,
    );
  }
  granularity.check(value);
  return value;
}

/** Cuts sorted entries into buckets; equal values always share one. */
class Distribution {
  private next = 0;
  private previousMax: Value | undefined;

  constructor(
    private readonly entries: readonly Entry[],
    private readonly buckets: number,
    private readonly granularity: Granularity | undefined,
    private readonly collation: Collation | undefined,
  ) {}

  results(fields: readonly GroupField[], variables: Variables): Doc[] {
    const size = Math.max(1, Math.round(this.entries.length / this.buckets));
    const results: Doc[] = [];
    for (let bucket = 0; bucket < this.buckets && this.next < this.entries.length; bucket++) {
      results.push(this.bucket(size, bucket === this.buckets - 1, fields, variables));
    }
    return results;
  }

  private bucket(size: number, isLast: boolean, fields: readonly GroupField[], variables: Variables): Doc {
    const states = fields.map(({ accumulator }) => accumulator.start(null, variables));
    const take = (): Entry => {
      const entry = this.entries[this.next++] as Entry;
      for (const state of states) state.add(entry.document, variables);
      return entry;
    };
    const first = this.entries[this.next] as Entry;
    let last = take();
    for (let taken = 1; this.next < this.entries.length && (isLast || taken < size); taken++) last = take();
    const bounds =
      this.granularity === undefined
        ? this.plainBounds(first, last, take)
        : this.roundBounds(first, last, take);
    const result: Doc = new Map([['_id', bounds]]);
    for (const [index, { name }] of fields.entries()) result.set(name, states[index]?.result() ?? null);
    return result;
  }

  /** From the first value to the next bucket's first; the last bucket ends with its last value. */
  private plainBounds(first: Entry, last: Entry, take: () => Entry): Doc {
    while (this.next < this.entries.length && valuesEqual(this.peek(), last.value, this.collation)) take();
    const max = this.next < this.entries.length ? this.peek() : last.value;
    return new Map([
      ['min', first.value],
      ['max', max],
    ]);
  }

  private roundBounds(first: Entry, last: Entry, take: () => Entry): Doc {
    const granularity = this.granularity as Granularity;
    const max = granularity.roundUp(last.value);
    while (this.next < this.entries.length && compareValues(this.peek(), max) < 0) take();
    const min = this.previousMax ?? granularity.roundDown(first.value);
    this.previousMax = max;
    return new Map([
      ['min', min],
      ['max', max],
    ]);
  }

  private peek(): Value {
    return (this.entries[this.next] as Entry).value;
  }
}
