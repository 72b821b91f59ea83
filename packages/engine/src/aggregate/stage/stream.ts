import type { Doc } from '@argon/bson';
import type { Variables } from '../expression/expression';
import { BATCH_SIZE } from '../env';
import type { Batch, Batches, Stage } from './stage';

/** A stage that makes one document of each. */
export function mapStage(name: string, convert: (document: Doc, variables: Variables) => Doc): Stage {
  return {
    name,
    async *run(source, variables) {
      for await (const batch of source) yield batch.map((document) => convert(document, variables));
    },
    isDocumentWise: true,
  };
}

/** A stage that makes any number of documents of each, pushing them to `output`. */
export function expandStage(
  name: string,
  expand: (document: Doc, output: Doc[], variables: Variables) => void,
): Stage {
  return {
    name,
    async *run(source, variables) {
      for await (const batch of source) {
        const output: Doc[] = [];
        for (const document of batch) expand(document, output, variables);
        yield* inBatches(output);
      }
    },
  };
}

export function* inBatches(documents: readonly Doc[]): Iterable<Batch> {
  if (documents.length === 0) return;
  if (documents.length <= BATCH_SIZE) {
    yield documents;
    return;
  }
  for (let start = 0; start < documents.length; start += BATCH_SIZE) {
    yield documents.slice(start, start + BATCH_SIZE);
  }
}

export async function collect(source: Batches): Promise<Doc[]> {
  const documents: Doc[] = [];
  for await (const batch of source) for (const document of batch) documents.push(document);
  return documents;
}

export async function* batchesOf(documents: readonly Doc[]): Batches {
  yield* inBatches(documents);
}
