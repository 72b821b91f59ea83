import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { checkCount } from '../expression/accumulate/count-argument';
import { describeElement, describeValue } from '../expression/describe';
import type { Expression, ExpressionScope, Variables } from '../expression/expression';
import { evaluatedSortKey, sortKeyOrder, type SortField, type SortKey } from '../order/sort-pattern';
import { sortFields } from '../stage/sort';
import { BoundedList } from './bounded-list';
import type { GroupAccumulator, GroupState } from './group-accumulator';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  $top: ['sortBy', 'output'],
  $bottom: ['sortBy', 'output'],
  $topN: ['n', 'sortBy', 'output'],
  $bottomN: ['n', 'sortBy', 'output'],
};

/** `$top`, `$topN`, `$bottom`, `$bottomN`: the output of the documents that sort first or last. */
export function compileTop(argument: Value, scope: ExpressionScope, name: string): GroupAccumulator {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      5788001,
      `specification must be an object; found ${name}: ${describeElement(argument)}`,
    );
  }
  const known = NAMES[name] as readonly string[];
  const unknown = [...argument.keys()].find((field) => !known.includes(field));
  if (unknown !== undefined) throw new CommandError(5788002, `Unknown argument to ${name} '${unknown}'`);
  const isMany = known.includes('n');
  const n = argument.get('n');
  const output = argument.get('output');
  const sortBy = argument.get('sortBy');
  if (isMany && n === undefined) throw new CommandError(5788003, "Missing value for 'n'");
  if (output === undefined) throw new CommandError(5788004, "Missing value for 'output'");
  if (sortBy === undefined) throw new CommandError(5788005, "Missing value for 'sortBy'");
  if (!(sortBy instanceof Map))
    throw new CommandError(10065, 'invalid parameter: expected an object (sortBy)');
  const fields = sortFields(sortBy, scope.collation, scope);
  const count = n === undefined ? undefined : scope.compile(n);
  const expression = scope.compile(output);
  const fromEnd = name.startsWith('$bottom');
  return {
    start: (id, variables) => {
      const limit = count === undefined ? 1 : countFor(count, id, variables);
      return new TopState(fields, expression, limit, fromEnd, isMany);
    },
  };
}

/** `n` may read the group's key, as if that were the document. */
export function countFor(count: Expression, id: Value, variables: Variables): number {
  return checkCount(count.evaluate(id instanceof Map ? id : new Map(), variables));
}

interface Entry {
  readonly key: SortKey;
  readonly output: Value;
}

/** mongod takes the keys out of an array by their numbers, and fails where one of them is a document with such a field. */
function refuseNumbered(key: SortKey): void {
  for (const value of key) {
    if (!(value instanceof Map)) continue;
    const index = key.findIndex((_, at) => value.has(String(at)));
    if (index < 0) continue;
    throw new CommandError(
      16746,
      `Ambiguous field name found in array (do not use numeric field names in embedded elements in an array), field: '${index}' for array: ${describeValue(new Map(key.map((each, at) => [String(at), each ?? null])))}`,
    );
  }
}

class TopState implements GroupState {
  private readonly list: BoundedList<Entry>;

  constructor(
    private readonly fields: readonly SortField[],
    private readonly output: Expression,
    n: number,
    fromEnd: boolean,
    private readonly isMany: boolean,
  ) {
    const compare = sortKeyOrder(fields);
    this.list = new BoundedList(n, (left, right) => compare(left.key, right.key), fromEnd ? 'last' : 'first');
  }

  add(document: Doc, variables: Variables): void {
    const key = evaluatedSortKey(document, this.fields);
    refuseNumbered(key);
    this.list.add({
      key,
      output: this.output.evaluate(document, variables) ?? null,
    });
  }

  result(): Value {
    const outputs = this.list.items.map(({ output }) => output);
    return this.isMany ? outputs : (outputs[0] ?? null);
  }
}
