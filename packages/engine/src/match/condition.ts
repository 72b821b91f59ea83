import type { Value } from '@argon/bson';
import type { MatchNode, Position, ValueTest } from './node';
import { AndNode } from './operators/and';
import { NeverNode } from './operators/always';
import { NotNode } from './operators/not';
import { PathNode } from './path-node';
import type { Path } from './walk/path';

/** What a field is asked, before it is known whether a path or an array's item will be asked. */
export type Condition =
  | {
      readonly kind: 'test';
      /** Name of the operator, with its `$`, and its operand as given: for planning and for explain. */
      readonly operator: string;
      readonly operand: Value;
      readonly test: ValueTest;
      /** `items`: an array at the path's end is tested item by item, then whole; `whole`: only whole. */
      readonly arrays: 'items' | 'whole';
    }
  | { readonly kind: 'all'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'never' };

/** The condition, asked of a path in a document. */
export function atPath(condition: Condition, path: Path): MatchNode {
  switch (condition.kind) {
    case 'test':
      return new PathNode(
        path,
        condition.operator,
        condition.operand,
        condition.test,
        condition.arrays === 'items',
      );
    case 'all':
      return AndNode.of(condition.conditions.map((inner) => atPath(inner, path)));
    case 'not':
      return new NotNode(atPath(condition.condition, path));
    case 'never':
      return NeverNode.INSTANCE;
  }
}

/** The condition, asked of one value, without traversing it if it is an array (as inside `$elemMatch`). */
export function onValue(condition: Condition): ValueTest {
  switch (condition.kind) {
    case 'test':
      return condition.test;
    case 'all': {
      const tests = condition.conditions.map(onValue);
      return tests.length === 1 ? tests[0]! : new EveryTest(tests);
    }
    case 'not':
      return new InvertedTest(onValue(condition.condition));
    case 'never':
      return NEVER;
  }
}

class EveryTest implements ValueTest {
  constructor(private readonly tests: readonly ValueTest[]) {}

  decoded(value: Value | undefined, position?: Position): boolean {
    return this.tests.every((test) => test.decoded(value, position));
  }

  raw(bytes: Uint8Array, type: number, start: number, position?: Position): boolean {
    return this.tests.every((test) => test.raw(bytes, type, start, position));
  }
}

class InvertedTest implements ValueTest {
  constructor(private readonly test: ValueTest) {}

  decoded(value: Value | undefined): boolean {
    return !this.test.decoded(value);
  }

  raw(bytes: Uint8Array, type: number, start: number): boolean {
    return !this.test.raw(bytes, type, start);
  }
}

const NEVER: ValueTest = { decoded: () => false, raw: () => false };
