import type { StepCounts } from '@argon/branch';
import { counted } from './numbers';

/** `2 documents inserted, 1 document deleted, 1 change of collections`; undefined if it is nothing. */
export function stepCountsText({ inserted, updated, deleted, catalog }: StepCounts): string | undefined {
  const parts = [
    ...documents(inserted, 'inserted'),
    ...documents(updated, 'updated'),
    ...documents(deleted, 'deleted'),
    ...(catalog === 0 ? [] : [counted(catalog, 'change of collections', 'changes of collections')]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

function documents(count: number, done: string): readonly string[] {
  return count === 0 ? [] : [`${counted(count, 'document')} ${done}`];
}
