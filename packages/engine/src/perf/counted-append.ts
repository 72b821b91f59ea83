import type { AppendRequest, AppendResult, Store } from '@argon/wal';
import type { PerfRecorder } from './recorder';

/** The store's `append`; counted where somebody counts. */
export async function countedAppend(
  perf: PerfRecorder | undefined,
  store: Store,
  request: AppendRequest,
): Promise<AppendResult> {
  if (perf === undefined) return store.append(request);
  const started = performance.now();
  const result = await store.append(request);
  perf.append(result, started);
  return result;
}
