import type { Doc } from '@argon/bson';

/** Whether the fields that both have come in the same order, and new ones after them. */
export function keepsOrder(before: Doc, after: Doc): boolean {
  const kept = [...before.keys()].filter((name) => after.has(name));
  let at = 0;
  for (const name of after.keys()) {
    if (at === kept.length) return true;
    if (name !== kept[at]) return false;
    at += 1;
  }
  return true;
}
