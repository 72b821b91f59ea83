import { decodeDocument, encodeDocument, idKey, isIdentical, type Doc } from '@argon/bson';
import type { BranchState, CollectionState } from '@argon/materializer';
import type { DocumentDifference, DocumentVersion } from '../diff/contract';
import { loadVersions } from '../diff/load-versions';
import type { StateReader } from '../diff/state-reader';
import { mergeDocuments } from '../document/merge-documents';
import type { DocumentStep } from '../steps/contract';
import type { Decider, DocumentQuestion } from './decide';

/** What the branch that is merged into has, one collection of it. */
export interface Ours {
  readonly reader: StateReader;
  readonly state: BranchState;
  readonly collection: CollectionState | undefined;
  /** What it is called after the merge. */
  readonly name: string;
}

/** What becomes of our documents when these differences, from the base to theirs, come in. */
export async function documentSteps(
  differences: readonly DocumentDifference[],
  ours: Ours,
  decider: Decider,
): Promise<readonly DocumentStep[]> {
  const versions = await versionsOf(differences, ours);
  const steps: DocumentStep[] = [];
  for (const [i, difference] of differences.entries()) {
    const step = await documentStep(difference, versions[i], ours.name, decider);
    if (step !== undefined) steps.push(step);
  }
  return steps;
}

/** Our version of each document. */
async function versionsOf(
  differences: readonly DocumentDifference[],
  { reader, state, collection }: Ours,
): Promise<readonly (DocumentVersion | undefined)[]> {
  if (collection === undefined) return differences.map(() => undefined);
  // Mostly ours is the record that the base has.
  const records = differences.map(({ before }) => before?.record ?? 0);
  const refs = [...(await collection.byRecords(records))];
  for (const [i, { id }] of differences.entries()) refs[i] ??= await collection.byId(idKey(id));
  return loadVersions(reader, state, refs);
}

/** What becomes of our version of one document; undefined: nothing. */
export async function documentStep(
  { id, before: base, after: theirs }: DocumentDifference,
  ours: DocumentVersion | undefined,
  collection: string,
  decider: Decider,
): Promise<DocumentStep | undefined> {
  if (isSame(ours, theirs)) return undefined;
  const step = { kind: 'document', collection, id, before: ours } as const;
  if (isSame(ours, base)) return { ...step, after: theirs?.bytes };
  const sides = { base: base?.bytes, ours: ours?.bytes, theirs: theirs?.bytes };
  if (ours === undefined || theirs === undefined) {
    // The other side did no more than put its fields in another order, as merges do.
    if (hasFieldsOf(base, ours ?? theirs))
      return ours === undefined ? undefined : { ...step, after: undefined };
    return decided({ kind: 'document', collection, id, ...sides, fields: [] }, step, decider);
  }
  const docs = [
    base === undefined ? new Map() : decodeDocument(base.bytes),
    ...decoded(ours, theirs),
  ] as const;
  const { document, conflicts: fields } = mergeDocuments(...docs);
  if (fields.length === 0) {
    const after = encodeDocument(document);
    return Buffer.compare(after, ours.bytes) === 0 ? undefined : { ...step, after };
  }
  return decided({ kind: 'document', collection, id, ...sides, fields }, step, decider, () =>
    encodeDocument(mergeDocuments(...docs, 'theirs').document),
  );
}

function decoded(ours: DocumentVersion, theirs: DocumentVersion): [Doc, Doc] {
  return [decodeDocument(ours.bytes), decodeDocument(theirs.bytes)];
}

/** @param theirs what the document is when clashing fields are theirs; default: theirs as it is */
async function decided(
  question: DocumentQuestion,
  step: Omit<DocumentStep, 'after'>,
  decider: Decider,
  theirs: () => Uint8Array | undefined = () => question.theirs,
): Promise<DocumentStep> {
  const answer = await decider.document(question);
  const { base, ours, fields } = question;
  const conflict = { base, ours, theirs: question.theirs, fields };
  if (typeof answer === 'object') {
    return { ...step, after: answer.document, conflict: { ...conflict, decision: 'document' } };
  }
  const after = answer === 'theirs' ? theirs() : mergedForOurs(question);
  return { ...step, after, conflict: { ...conflict, decision: answer } };
}

/** Ours, with what does not clash of theirs. */
function mergedForOurs({ base, ours, theirs, fields }: DocumentQuestion): Uint8Array | undefined {
  if (fields.length === 0 || ours === undefined || theirs === undefined) return ours;
  const from = base === undefined ? new Map() : decodeDocument(base);
  return encodeDocument(mergeDocuments(from, decodeDocument(ours), decodeDocument(theirs)).document);
}

/** Whether two versions have the same fields, in whatever order. */
function hasFieldsOf(a: DocumentVersion | undefined, b: DocumentVersion | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const [one, two] = decoded(a, b);
  return one.size === two.size && [...one].every(([name, value]) => isIdentical(value, two.get(name)));
}

function isSame(a: DocumentVersion | undefined, b: DocumentVersion | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.lsn === b.lsn || Buffer.compare(a.bytes, b.bytes) === 0;
}
