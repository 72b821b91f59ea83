import type { Doc, Value } from '@argon/bson';

/** How often a failing case is tried again while it is made smaller. */
const MOST_TRIES = 150;

/**
 * The smallest that still fails, as far as leaving parts out finds it: first half of a list, then single items, then
 * what is inside of them.
 */
export async function shrink<T extends Value>(
  whole: T,
  stillFails: (smaller: T) => Promise<boolean>,
): Promise<T> {
  let smallest = whole;
  let tries = 0;
  for (let progress = true; progress;) {
    progress = false;
    for (const smaller of smallerThan(smallest)) {
      if (++tries > MOST_TRIES) return smallest;
      if (!(await stillFails(smaller as T))) continue;
      smallest = smaller as T;
      progress = true;
      break;
    }
  }
  return smallest;
}

/** Each way to leave one part out, the largest parts first. */
function* smallerThan(value: Value): Generator<Value> {
  if (Array.isArray(value)) yield* smallerArrays(value);
  else if (value instanceof Map) yield* smallerDocuments(value);
}

function* smallerArrays(array: readonly Value[]): Generator<Value> {
  for (let size = array.length >> 1; size > 1; size >>= 1) {
    for (let at = 0; at < array.length; at += size) yield [...array.slice(0, at), ...array.slice(at + size)];
  }
  for (const [at, item] of array.entries()) {
    // A stage that sorts makes the answers comparable.
    if (!(item instanceof Map && item.has('$sort'))) yield array.toSpliced(at, 1);
  }
  for (const [at, item] of array.entries()) {
    for (const smaller of smallerThan(item)) yield array.with(at, smaller);
  }
}

/** A command keeps its first field, its name; a document its `_id`; a sort all that it has, or the order is left open. */
function* smallerDocuments(document: Doc): Generator<Value> {
  const [first] = document.keys();
  for (const name of document.keys()) {
    if (name === '_id' || name === first) continue;
    yield new Map([...document].filter(([field]) => field !== name));
  }
  if (first !== undefined && first !== '_id' && document.size === 1 && !first.startsWith('$'))
    yield new Map();
  for (const [name, value] of document) {
    if (name === '$sort' || name === 'sort' || name === 'sortBy') continue;
    for (const smaller of smallerThan(value)) yield new Map([...document, [name, smaller]]);
  }
}
