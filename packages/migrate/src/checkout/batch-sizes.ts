/** What is sent in one message: mongod takes 48 MB and 100,000 documents. */
export const BATCH_BYTES = 8 << 20;
export const BATCH_DOCUMENTS = 5000;

/** Documents in batches of bounded size, for at least one each. */
export function* cut<T>(items: readonly T[], sizeOf: (item: T) => number): Generator<readonly T[]> {
  let begin = 0;
  let bytes = 0;
  for (const [i, item] of items.entries()) {
    const size = sizeOf(item);
    if (i > begin && (i - begin >= BATCH_DOCUMENTS || bytes + size > BATCH_BYTES)) {
      yield items.slice(begin, i);
      begin = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (begin < items.length) yield begin === 0 ? items : items.slice(begin);
}

/** Each batch while the next one is on its way. */
export async function* ahead<T>(batches: AsyncGenerator<T>): AsyncGenerator<T> {
  let coming = batches.next();
  try {
    for (;;) {
      const { value, done } = await coming;
      if (done === true) return;
      coming = batches.next();
      // Whoever waits for it is told.
      coming.catch(() => undefined);
      yield value;
    }
  } finally {
    await coming.catch(() => undefined);
    await batches.return(undefined);
  }
}
