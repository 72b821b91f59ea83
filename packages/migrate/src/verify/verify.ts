import { documentChanges, Places, type FoundPlace } from '@argon/branch';
import { LegacyServerError } from '@argon/branch/prefix';
import { decodeDocument, documentId, type Timestamp } from '@argon/bson';
import type { BranchState } from '@argon/materializer';
import { BranchDocuments } from '../checkout/branch-documents';
import { identityOf, readPosition } from '../checkout/position';
import { ask } from '../site/ask';
import { describeSite, type SiteCollection } from '../site/describe';
import type { Site } from '../site/site';
import { compareDocuments, type DocumentFinding } from './compare-documents';
import type { CollectionVerification, DocumentMismatch, VerifyReport, VerifyRequest } from './contract';
import { definitionMismatches } from './definitions';
import { NoPositionError } from './errors';

const SAMPLES = 20;
/** The moment is not kept any more, or the collection changed its shape since, or is never read at a moment. */
const SNAPSHOT_CODES = new Set([20, 72, 239, 246, 263]);

/**
 * Compares what a branch shows with what a site holds: every document, to the byte; options, validators, views and
 * indexes. Changes nothing.
 * @throws ProjectNotFoundError, BranchNotFoundError, LsnOutOfRangeError, MomentOutOfRangeError, LsnBelowHorizonError;
 *   NoPositionError; LegacyServerError, SiteServerError, the driver's errors; the watch's reason
 */
export async function verify(request: VerifyRequest): Promise<VerifyReport> {
  const { engine, project, branch, site, at, watch } = request;
  const places = new Places(engine.store, engine.materializer);
  const time = request.time ?? (await momentOf(site));
  const place = await places.find({ project, name: branch, at: at === 'position' ? undefined : at });
  const lsn = at === 'position' ? await positionOf(site, place, time) : undefined;
  const state = await places.stateOf(lsn === undefined ? place : { ...place, lsn });
  const present = await describeSite(site);
  const names = [...new Set([...state.collections.keys(), ...present.keys()])].sort();
  const collections: CollectionVerification[] = [];
  for (const name of names) {
    watch?.signal?.throwIfAborted();
    if (request.only?.has(name) === false) continue;
    const compare = (moment: Timestamp | undefined): Promise<CollectionVerification> =>
      verifyCollection(request, state, name, present.get(name), moment);
    try {
      collections.push(await compare(time));
    } catch (error) {
      if (
        time === undefined ||
        !(error instanceof LegacyServerError) ||
        !SNAPSHOT_CODES.has(error.mongoCode)
      ) {
        throw error;
      }
      collections.push(await compare(undefined));
    }
  }
  return {
    equal: collections.every(({ equal }) => equal),
    project,
    branch: place.branch.name,
    lsn: state.lsn,
    location: site.location,
    atOneMoment: collections.every((each) => each.atOneMoment),
    documents: collections.reduce((sum, { documents }) => sum + documents.site, 0),
    collections,
  };
}

/** The server's newest moment; undefined of a standalone server, which has none. */
async function momentOf(site: Site): Promise<Timestamp | undefined> {
  return (await ask(site.database, { ping: 1 })).get('operationTime') as Timestamp | undefined;
}

async function positionOf(site: Site, place: FoundPlace, time: Timestamp | undefined): Promise<number> {
  const position = await readPosition(site, time);
  const isUnderway = position?.toward !== undefined;
  if (position?.branch !== identityOf(place) || position.lsn === undefined || isUnderway) {
    throw new NoPositionError(place.branch.name, site.location, isUnderway);
  }
  return position.lsn;
}

async function verifyCollection(
  { site, engine, watch, samples = SAMPLES }: VerifyRequest,
  state: BranchState,
  name: string,
  there: SiteCollection | undefined,
  time: Timestamp | undefined,
): Promise<CollectionVerification> {
  const collection = state.collections.get(name);
  const definitions = await definitionMismatches(site, collection?.catalog, there);
  const counts = { missing: 0, extra: 0, different: 0 };
  const mismatches: DocumentMismatch[] = [];
  let seen = 0;
  // Of a view, the definition is all there is.
  const isStored = there !== undefined && there.type !== 'view';
  const isLogged = collection !== undefined && collection.catalog.type !== 'view';
  if (isStored) {
    const documents = new BranchDocuments(engine.materializer, state);
    const side = isLogged ? collection : undefined;
    for await (const batch of compareDocuments(documents, side, site, there.stored, time)) {
      watch?.signal?.throwIfAborted();
      seen += batch.seen;
      for (const finding of batch.findings) {
        counts[finding.kind] += 1;
        if (mismatches.length < samples) mismatches.push(mismatchOf(finding));
      }
      if (batch.seen > 0) watch?.progress?.(batch.seen);
    }
  } else if (isLogged) counts.missing = collection.count;
  const { missing, extra, different } = counts;
  return {
    name,
    atOneMoment: time !== undefined,
    equal: definitions.length + missing + extra + different === 0,
    documents: { branch: isLogged ? collection.count : 0, site: seen },
    missing,
    extra,
    different,
    mismatches,
    definitions,
  };
}

function mismatchOf(finding: DocumentFinding): DocumentMismatch {
  const { kind } = finding;
  if (kind === 'extra') return { kind, id: documentId(finding.site)!, changes: [] };
  const id = documentId(finding.branch)!;
  if (kind === 'missing') return { kind, id, changes: [] };
  return {
    kind,
    id,
    changes: documentChanges(decodeDocument(finding.branch), decodeDocument(finding.site)),
  };
}
