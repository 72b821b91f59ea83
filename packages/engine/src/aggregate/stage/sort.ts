import { isNumber, toNumber, type Collation, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { describeElement } from '../expression/describe';
import { parseFieldPath } from '../expression/field-path';
import { MemoryMeter } from '../memory';
import { sortKeyOf, sortKeyOrder, type SortField, type SortKey } from '../order/sort-pattern';
import type { PipelineEnv } from '../env';
import type { StageCompiler } from './stage';
import { inBatches } from './stream';

/** `$sort`; documents that sort alike keep their order. */
export const SORT: StageCompiler = (argument, { env }, name) => {
  const fields = parseStageSort(argument, env.collation);
  return {
    name,
    async *run(source) {
      const sorter = new DocumentSorter(fields, env);
      for await (const batch of source) for (const document of batch) sorter.add(document);
      yield* inBatches(sorter.sorted());
    },
    pushdown: { kind: 'sort', sort: argument as Doc },
  };
};

/** Reads the specification of a `$sort` stage. */
function parseStageSort(argument: Value, collation: Collation | undefined): SortField[] {
  if (!(argument instanceof Map)) {
    throw new CommandError(15973, 'the $sort key specification must be an object');
  }
  if (argument.size === 0) throw new CommandError(15976, '$sort stage must have at least one sort key');
  return sortFields(argument, collation);
}

/** The fields of a sort pattern, checked as `$sort` does it. */
export function sortFields(pattern: Doc, collation: Collation | undefined): SortField[] {
  return Array.from(pattern, ([name, value]) => {
    if (value instanceof Map) throw metadataSort(value);
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

function metadataSort(value: Doc): CommandError {
  const metadata = value.get('$meta');
  if (metadata === undefined || value.size !== 1) {
    return new CommandError(17312, '$meta is the only expression supported by $sort right now');
  }
  if (metadata === 'textScore') {
    return new CommandError(40218, 'query requires text score metadata, but it is not available');
  }
  return new CommandError(31138, `Illegal $meta sort: $meta: ${describeElement(metadata)}`);
}

/** Collects documents and sorts them by keys that are computed once each. */
class DocumentSorter {
  private readonly entries: { readonly key: SortKey; readonly document: Doc }[] = [];
  private readonly meter: MemoryMeter;

  constructor(
    private readonly fields: readonly SortField[],
    env: PipelineEnv,
  ) {
    this.meter = new MemoryMeter('$sort', env);
  }

  add(document: Doc): void {
    this.meter.add(document);
    this.entries.push({ key: sortKeyOf(document, this.fields), document });
  }

  sorted(): Doc[] {
    const compare = sortKeyOrder(this.fields);
    return this.entries.sort((left, right) => compare(left.key, right.key)).map(({ document }) => document);
  }
}
