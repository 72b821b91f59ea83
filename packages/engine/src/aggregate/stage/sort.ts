import { isNumber, toNumber, type Collation, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { sortedMetadata } from '../../sort/parse';
import { describeElement } from '../expression/describe';
import type { ExpressionScope } from '../expression/expression';
import { parseFieldPath } from '../expression/field-path';
import { addMetadata, withMetadataOf } from '../metadata';
import { MemoryMeter } from '../memory';
import { sortKeyOf, sortKeyOrder, type SortField, type SortKey } from '../order/sort-pattern';
import type { PipelineEnv } from '../env';
import type { Stage, StageCompiler } from './stage';
import { inBatches } from './stream';

/** `$sort`; documents that sort alike keep their order. */
export const SORT: StageCompiler = (argument, { env, scope }, name) => {
  const fields = parseStageSort(argument, env.collation, scope);
  const stage = (keepsKeys: boolean): Stage => ({
    name,
    async *run(source) {
      const sorter = new DocumentSorter(fields, env, keepsKeys);
      for await (const batch of source) for (const document of batch) sorter.add(document);
      yield* inBatches(sorter.sorted());
    },
  });
  const isPlannable = fields.every(({ metadata }) => metadata === undefined || metadata === 'textScore');
  return {
    ...stage(false),
    withSortKeys: stage(true),
    ...(isPlannable ? { pushdown: { kind: 'sort', sort: argument as Doc } } : {}),
  };
};

/** Reads the specification of a `$sort` stage. */
function parseStageSort(
  argument: Value,
  collation: Collation | undefined,
  scope: ExpressionScope,
): SortField[] {
  if (!(argument instanceof Map)) {
    throw new CommandError(15973, 'the $sort key specification must be an object');
  }
  if (argument.size === 0) throw new CommandError(15976, '$sort stage must have at least one sort key');
  return sortFields(argument, collation, scope);
}

/** The fields of a sort pattern, checked as `$sort` does it. */
export function sortFields(
  pattern: Doc,
  collation: Collation | undefined,
  scope?: Pick<ExpressionScope, 'needsMetadata'>,
): SortField[] {
  return Array.from(pattern, ([name, value]) => {
    if (value instanceof Map) {
      const metadata = sortedMetadata(value);
      scope?.needsMetadata(metadata);
      // The best and the farthest come first.
      return { name, path: [], direction: metadata === 'randVal' ? 1 : -1, metadata };
    }
    if (!isNumber(value)) {
      throw new CommandError(15974, `Illegal key in $sort specification: ${name}: ${describeElement(value)}`);
    }
    const direction = Math.trunc(toNumber(value));
    if (direction !== 1 && direction !== -1) {
      throw new CommandError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    }
    return { name, path: parseFieldPath(name), direction, collation };
  });
}

/** Collects documents and sorts them by keys that are computed once each. */
class DocumentSorter {
  private readonly entries: { readonly key: SortKey; readonly document: Doc }[] = [];
  private readonly meter: MemoryMeter;

  constructor(
    private readonly fields: readonly SortField[],
    env: PipelineEnv,
    private readonly keepsKeys: boolean,
  ) {
    this.meter = new MemoryMeter('$sort', env);
  }

  add(document: Doc): void {
    this.meter.add(document);
    this.entries.push({ key: sortKeyOf(document, this.fields), document });
  }

  sorted(): Doc[] {
    const compare = sortKeyOrder(this.fields);
    this.entries.sort((left, right) => compare(left.key, right.key));
    if (!this.keepsKeys) return this.entries.map(({ document }) => document);
    // Others may hold the same documents.
    return this.entries.map(({ document, key }) =>
      addMetadata(withMetadataOf(document, new Map(document)), { sortKey: key }),
    );
  }
}
