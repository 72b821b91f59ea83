import { cursorReply } from '../commands/cursor-reply';
import type { Reply } from '../handler/contract';
import type { Operation } from '../handler/operation';
import type { FindPlan } from '../plan/find-plan';
import type { TailMode } from './tail-options';
import { TailedCollection } from './tailed-collection';

/** Opens a tailable cursor and answers with its first batch. Where nothing is, it is at its end for good. */
export async function tailReply(
  operation: Operation,
  plan: FindPlan,
  mode: TailMode,
  firstBatch: number,
): Promise<Reply> {
  const { view } = plan;
  const namespace = operation.namespace(view.name);
  const { catalog, state } = view;
  if (catalog === undefined || state === undefined || view.count === 0) {
    return cursorReply(operation, { stream: noDocuments(), namespace, firstBatch, singleBatch: true });
  }
  const { arrivals } = operation.engine;
  let isFirst = true;
  const stream = new TailedCollection(catalog, {
    look: async () => (isFirst ? view : operation.view(view.name)),
    namespaceOf: (collection) => operation.namespace(collection),
    watch: mode === 'await' ? arrivals.watch(state.branchId, state.lsn) : undefined,
    plan,
    isReverse: plan.query.hint?.natural === -1,
    // Its time is that of the first batch.
    check: () => (isFirst ? operation.checkTime() : undefined),
  });
  const reply = await cursorReply(operation, {
    stream,
    namespace,
    firstBatch,
    noTimeout: operation.optionalBoolean('noCursorTimeout'),
  });
  isFirst = false;
  return reply;
}

async function* noDocuments(): AsyncGenerator<readonly Uint8Array[]> {}
