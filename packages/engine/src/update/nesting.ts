import type { Value } from '@argon/bson';
import { CommandError } from '../handler/errors';

/** How many documents and arrays may lie within each other, the stored document included. */
const MAX_NESTING = 180;

/**
 * Refuses a value that would make a document too deep.
 * @param around how many documents and arrays lie around it
 * @throws CommandError Overflow
 */
export function checkNesting(value: Value, around: number): void {
  if (around > MAX_NESTING || isDeeperThan(MAX_NESTING - around, value)) {
    throw new CommandError('Overflow', `Document exceeds maximum nesting depth of ${MAX_NESTING}`);
  }
}

function isDeeperThan(limit: number, value: Value): boolean {
  const isContainer = Array.isArray(value) || value instanceof Map;
  if (!isContainer) return false;
  if (limit === 0) return true;
  for (const inner of value.values()) if (isDeeperThan(limit - 1, inner)) return true;
  return false;
}
