import type { Doc, Value } from '@argon/bson';
import type { ExpressionScope } from '../../expression/expression';
import type { SortField } from '../../order/sort-pattern';
import type { WindowBounds } from './bounds';
import type { Partition } from './partition';

/** Computes a field for all documents of a partition; `undefined` leaves the field out. */
export interface WindowFunction {
  compute(partition: Partition): (Value | undefined)[];
}

/** A window function as written. */
export interface WindowFunctionCall {
  readonly name: string;
  readonly argument: Value;
  /** The whole specification, `window` and all. */
  readonly specification: Doc;
  readonly sortBy: readonly SortField[];
  readonly scope: ExpressionScope;
  /** Reads `window`. */
  bounds(): WindowBounds;
}

export type WindowFunctionCompiler = (call: WindowFunctionCall) => WindowFunction;
