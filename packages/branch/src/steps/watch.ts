/** For whoever waits for long work: to see how far it has come, and to stop it. */
export interface Watch {
  /** Stops it before anything is written; what it throws is the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told of so many documents more that were looked at. Begins again when work is computed again from a newer head. */
  readonly progress?: ((documents: number) => void) | undefined;
}

/** After each batch. @throws the signal's reason */
export function lookUp(watch: Watch | undefined, documents: number): void {
  watch?.signal?.throwIfAborted();
  if (documents > 0) watch?.progress?.(documents);
}

/** Passes batches on, and tells of each. @throws the signal's reason */
export async function* seen<T>(
  batches: AsyncIterable<readonly T[]>,
  watch: Watch | undefined,
): AsyncGenerator<readonly T[]> {
  for await (const batch of batches) {
    lookUp(watch, batch.length);
    yield batch;
  }
}
