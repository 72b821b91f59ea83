import type { AppendRequest, AppendResult, Store } from '@argon/wal';
import type { PerfRecorder } from './recorder';

/** The store's `append`; counted where somebody counts. */
export function countedAppend(
  perf: PerfRecorder | undefined,
  store: Store,
  request: AppendRequest,
): Promise<AppendResult> {
  return perf === undefined ? store.append(request) : counted(perf, store, request);
}

async function counted(perf: PerfRecorder, store: Store, request: AppendRequest): Promise<AppendResult> {
  const started = performance.now();
  const result = await store.append(request);
  perf.append(result, started);
  return result;
}
