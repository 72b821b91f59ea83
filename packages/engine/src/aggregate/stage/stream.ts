import type { Doc } from '@argon/bson';
import type { Variables } from '../expression/expression';
import { BATCH_SIZE } from '../env';
import { withMetadataOf } from '../metadata';
import type { Batch, Batches, Stage } from './stage';

/** A stage that makes one document of each. */
export function mapStage(name: string, convert: (document: Doc, variables: Variables) => Doc): Stage {
  const expand = (document: Doc, output: Doc[], variables: Variables): void => {
    output.push(withMetadataOf(document, convert(document, variables)));
  };
  return { ...expandStage(name, expand), isDocumentWise: true };
}

/**
 * A stage that makes any number of documents of each, pushing them to `output`. Where one is at fault, what came of
 * those before it goes on first: a later stage may have enough with them, or find fault with one of its own.
 */
export function expandStage(
  name: string,
  expand: (document: Doc, output: Doc[], variables: Variables) => void,
): Stage {
  return {
    name,
    async *run(source, variables) {
      for await (const batch of source) {
        const output: Doc[] = [];
        const failure = failureOf(() => {
          for (const document of batch) expand(document, output, variables);
        });
        yield* inBatches(output);
        if (failure !== undefined) throw failure.error;
      }
    },
  };
}

/** What was thrown, if anything. */
export function failureOf(run: () => void): { readonly error: unknown } | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return { error };
  }
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
