import { idKey } from '@argon/bson';
import type { BranchState, CollectionState, Materializer, RecordRef } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import { uuidOf } from '../diff/catalog-differences';
import type { DocumentVersion } from '../diff/contract';
import type { Decider } from '../merge/decide';
import { documentStep } from '../merge/document-steps';
import type { DocumentConflict, DocumentStep } from '../steps/contract';
import type { TouchedDocument } from './actor-changes';

const BATCH_SIZE = 256;
/** No version of the log: what a document has become while changes are taken back from it. */
const WORKING: Lsn = -1;

/** A touched document in a collection that is there, and its version there. */
interface Located {
  readonly touched: TouchedDocument;
  readonly collection: string;
  readonly ref: RecordRef | undefined;
}

/**
 * Takes changes back from documents, the newest first: each as a merge of what there is with the way from the change's
 * result back to what it found. In batches; memory for one.
 */
export async function* actorSteps(
  materializer: Materializer,
  head: BranchState,
  documents: Iterable<TouchedDocument>,
  decider: Decider,
): AsyncGenerator<readonly DocumentStep[]> {
  const collections = new Map([...head.collections.values()].map((each) => [uuidOf(each.catalog), each]));
  let batch: Located[] = [];
  for (const touched of documents) {
    const collection = collections.get(touched.uuid);
    // It went with its collection.
    if (collection === undefined) continue;
    batch.push(await locate(touched, collection));
    if (batch.length < BATCH_SIZE) continue;
    yield await stepsOf(materializer, head, batch, decider);
    batch = [];
  }
  if (batch.length > 0) yield await stepsOf(materializer, head, batch, decider);
}

async function locate(touched: TouchedDocument, collection: CollectionState): Promise<Located> {
  return { touched, collection: collection.catalog.name, ref: await collection.byId(idKey(touched.id)) };
}

async function stepsOf(
  materializer: Materializer,
  head: BranchState,
  batch: readonly Located[],
  decider: Decider,
): Promise<readonly DocumentStep[]> {
  const lsns = batch.flatMap(({ touched, ref }) => [
    ...(ref === undefined ? [] : [ref.lsn]),
    ...touched.runs.flatMap(({ before, after }) => [before, after]).filter((lsn) => lsn !== 0),
  ]);
  const unique = [...new Set(lsns)];
  const documents = await materializer.documents(head, unique);
  const bytes = new Map(unique.map((lsn, i) => [lsn, documents[i]!]));
  const steps: DocumentStep[] = [];
  for (const located of batch) {
    const step = await stepOf(located, bytes, decider);
    if (step !== undefined) steps.push(step);
  }
  return steps;
}

async function stepOf(
  { touched: { id, runs }, collection, ref }: Located,
  bytes: ReadonlyMap<Lsn, Uint8Array>,
  decider: Decider,
): Promise<DocumentStep | undefined> {
  const version = (lsn: Lsn): DocumentVersion | undefined =>
    lsn === 0 ? undefined : { record: 0, lsn, bytes: bytes.get(lsn)! };
  const now = ref && { ...ref, bytes: bytes.get(ref.lsn)! };
  let working: DocumentVersion | undefined = now;
  let conflict: DocumentConflict | undefined;
  for (const run of runs.toReversed()) {
    const difference = { collection, id, before: version(run.after), after: version(run.before) };
    if (isSame(difference.before, difference.after)) continue;
    // Gone by a decision about a later change.
    if (working === undefined && difference.before !== undefined) continue;
    const step = await documentStep(difference, working, collection, decider);
    if (step === undefined) continue;
    working = step.after && { record: 0, lsn: WORKING, bytes: step.after };
    if (step.conflict !== undefined) conflict = joined(conflict, step.conflict);
  }
  if (isSame(working, now) && conflict === undefined) return undefined;
  const step = { kind: 'document', collection, id, before: now, after: working?.bytes } as const;
  return conflict === undefined ? step : { ...step, conflict };
}

function isSame(a: DocumentVersion | undefined, b: DocumentVersion | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a.bytes, b.bytes) === 0;
}

/** Clashes of one document with several changes count as one, undecided if one of them is. */
function joined(newer: DocumentConflict | undefined, older: DocumentConflict): DocumentConflict {
  if (newer === undefined) return older;
  const isOpen = newer.decision === undefined || older.decision === undefined;
  return {
    ...newer,
    theirs: older.theirs,
    fields: [...newer.fields, ...older.fields],
    decision: isOpen ? undefined : newer.decision,
  };
}
