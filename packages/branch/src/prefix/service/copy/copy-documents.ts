import type { Doc, Timestamp, Value } from '@argon/bson';
import { lookUp } from '../../../steps/watch';
import { LegacyServerError } from '../../errors';
import { drop } from '../drop-collections';
import { batches, run } from '../raw-commands';
import type { BranchCopy } from './copy-branch';

/** mongod takes 100,000 documents in one insert, and gives 16 MiB in one batch. */
const BATCH = 50_000;
/** The moment is not kept any more, or the collection changed its shape since. */
const SNAPSHOT_CODES = new Set([239, 246]);

/**
 * Copies documents in their bytes, in the order in which they lie. They are those of the copy's moment, if mongod still has
 * it (five minutes, unless configured); else as they are found.
 */
export async function copyDocuments(
  copy: BranchCopy,
  source: string,
  target: string,
  options: Doc,
): Promise<void> {
  // mongod reads capped collections only as they are.
  const time = options.get('capped') === true ? undefined : copy.time;
  try {
    await copyAt(copy, source, target, time);
  } catch (error) {
    if (time === undefined || !(error instanceof LegacyServerError) || !SNAPSHOT_CODES.has(error.mongoCode))
      throw error;
    await drop(copy.database, target);
    await run(copy.database, { create: target, ...Object.fromEntries(options) });
    await copyAt(copy, source, target, undefined);
  }
}

async function copyAt(
  { database, watch }: BranchCopy,
  source: string,
  target: string,
  time: Timestamp | undefined,
): Promise<void> {
  const find: Record<string, Value> = { find: source, batchSize: BATCH };
  if (time !== undefined) {
    find['readConcern'] = new Map<string, Value>([
      ['level', 'snapshot'],
      ['atClusterTime', time],
    ]);
  }
  for await (const documents of batches(database, find, BATCH, watch?.signal)) {
    // What was let in once, perhaps before there was a validator, is not judged again.
    await run(database, { insert: target, bypassDocumentValidation: true }, documents, watch?.signal);
    lookUp(watch, documents.length);
  }
}
