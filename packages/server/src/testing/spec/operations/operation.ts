import type { Document, MongoClient } from 'mongodb';
import type { Entities } from '../entities';
import type { SpecOperation } from '../suite';

/** What operations work on besides the object they are called on. */
export interface OperationContext {
  readonly entities: Entities;
  /** The runner's own client, which no case observes. */
  readonly own: MongoClient;
  /** To be turned off after the case. */
  readonly failPoints: Set<string>;
  /** Runs operations one after another, and checks what they give; an error is thrown even if it is expected. */
  runCallback(operations: readonly SpecOperation[]): Promise<void>;
}

/**
 * One operation of a kind of object.
 * @param args its arguments, sessions and read preferences being the driver's own objects
 */
export type Operation<T> = (target: T, args: Document, context: OperationContext) => Promise<unknown>;

export type OperationTable<T> = ReadonlyMap<string, Operation<T>>;

export function operationTable<T>(operations: Record<string, Operation<T>>): OperationTable<T> {
  return new Map(Object.entries(operations));
}
