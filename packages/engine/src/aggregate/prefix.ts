import type { Doc } from '@argon/bson';
import type { Stage } from './stage/stage';

/** The leading stages of a pipeline as a find: filter, then sort, then skip, then limit. */
export interface PipelinePrefix {
  readonly filter?: Doc;
  readonly sort?: Doc;
  readonly skip?: number;
  readonly limit?: number;
  /** How many leading stages these fields stand for; pass it to `run` as `pushedDown` once they are applied. */
  readonly stages: number;
  /** How many leading stages the filter alone stands for. */
  readonly filterStages: number;
}

/** Reads as many leading `$match`, `$sort`, `$skip`, `$limit` as one find in that order can express. */
export function pipelinePrefix(stages: readonly Stage[]): PipelinePrefix {
  const filters: Doc[] = [];
  let at = 0;
  for (let next = stages[at]?.pushdown; next?.kind === 'match'; next = stages[++at]?.pushdown)
    filters.push(next.filter);
  const filterStages = at;
  const sort = stages[at]?.pushdown;
  if (sort?.kind === 'sort') at++;
  const skip = stages[at]?.pushdown;
  if (skip?.kind === 'skip') at++;
  const limit = stages[at]?.pushdown;
  if (limit?.kind === 'limit') at++;
  return {
    ...(filters.length > 0 ? { filter: conjunction(filters) } : {}),
    ...(sort?.kind === 'sort' ? { sort: sort.sort } : {}),
    ...(skip?.kind === 'skip' ? { skip: skip.count } : {}),
    ...(limit?.kind === 'limit' ? { limit: limit.count } : {}),
    stages: at,
    filterStages,
  };
}

function conjunction(filters: readonly Doc[]): Doc {
  return filters.length === 1 ? (filters[0] as Doc) : new Map([['$and', [...filters]]]);
}
