import type { RecordRef } from '@argon/materializer';
import { SortBuffer, type SortBufferOptions } from '../sort/buffer';
import type { Sorter } from '../sort/compile';
import type { Selection } from './select';

const BATCH = 256;

interface Found {
  readonly ref: RecordRef;
  readonly document: Uint8Array;
}

/** The records in order; with a limit, no more than that many are held. */
export async function* sortSelection(
  source: AsyncIterable<Selection>,
  sorter: Sorter,
  options: SortBufferOptions,
): AsyncGenerator<Selection> {
  const buffer = new SortBuffer<Found>(options);
  for await (const { refs, documents } of source) {
    for (let i = 0; i < refs.length; i++) {
      const document = documents[i]!;
      buffer.add(sorter.key(document), { ref: refs[i]!, document }, document.length);
    }
  }
  const sorted = buffer.sorted();
  for (let at = 0; at < sorted.length; at += BATCH) {
    const batch = sorted.slice(at, at + BATCH);
    yield { refs: batch.map(({ ref }) => ref), documents: batch.map(({ document }) => document) };
  }
}
