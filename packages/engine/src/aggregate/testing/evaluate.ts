import { toDoc, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { compileExpression } from '../expression/compile';
import { compilePipeline } from '../pipeline';
import { batchesOf, collect } from '../stage/stream';

/** A value written as plain JavaScript (plain objects are documents) as Argon holds it. */
export function valueOf(like: unknown): Value {
  return toDoc({ value: like }).get('value') as Value;
}

/** Evaluates an expression; both are written as plain JavaScript. A CommandError comes as `code: number`. */
export function evaluate(expression: unknown, document: Record<string, unknown> = {}): Value | undefined {
  try {
    const compiled = compileExpression(valueOf(expression));
    return compiled.evaluate(toDoc(document), new Map([['NOW', new Date(0)]]));
  } catch (error) {
    if (error instanceof CommandError) return `code: ${error.mongoCode}`;
    throw error;
  }
}

/** Runs a pipeline over documents; `collections` are what it can join with. */
export async function aggregate(
  pipeline: readonly unknown[],
  documents: readonly Record<string, unknown>[],
  collections: Readonly<Record<string, readonly Record<string, unknown>[]>> = {},
): Promise<readonly Doc[]> {
  const compiled = compilePipeline(
    pipeline.map((stage) => valueOf(stage)),
    {
      namespace: { database: 'test', collection: 'test' },
      now: new Date(0),
      scan: (name) => batchesOf((collections[name] ?? []).map((document) => toDoc(document))),
    },
  );
  return collect(compiled.run(batchesOf(documents.map((document) => toDoc(document)))));
}
