import type { FindCursor } from 'mongodb';

/** Whether an index answers a query, as the query's explanation tells. */
export async function usesIndex(query: FindCursor<unknown>): Promise<boolean> {
  return JSON.stringify(await query.explain('queryPlanner')).includes('IXSCAN');
}
