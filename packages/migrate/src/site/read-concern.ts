import type { Doc, Timestamp, Value } from '@argon/bson';

/** Of a moment of the server, or what is there, as it is found. */
export function readConcern(time: Timestamp | undefined): Doc {
  if (time === undefined) return new Map([['level', 'local']]);
  return new Map<string, Value>([
    ['level', 'snapshot'],
    ['atClusterTime', time],
  ]);
}
