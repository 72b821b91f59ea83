import { decodeDocument, type Doc, type Timestamp, type Value } from '@argon/bson';
import { lookUp, type Watch } from '../../../steps/watch';
import type { LegacyDatabase } from '../../connection/legacy-database';
import { PrefixAmbiguousError, UncopiableError } from '../../errors';
import type { NameMap } from '../../names/branch-names';
import type { Prefixes } from '../../names/prefixes';
import { rewritePipeline } from '../../rewrite/pipeline';
import { finishedIndexes } from '../finished-indexes';
import { batches, run } from '../raw-commands';
import { copyDocuments } from './copy-documents';

/** A copy of one branch's collections to another's prefix. */
export interface BranchCopy {
  readonly database: LegacyDatabase;
  readonly prefixes: Prefixes;
  readonly from: string;
  readonly to: string;
  /** The moment of which the documents are copied; undefined: as they are found. */
  readonly time: Timestamp | undefined;
  readonly watch: Watch | undefined;
}

/**
 * Copies collections with options, validators, documents and indexes, then views. What there was at `to` must have been
 * nothing, and what there is after a failure is the caller's to drop.
 * @throws UncopiableError, PrefixAmbiguousError, LegacyServerError, the watch's reason
 */
export async function copyBranch(copy: BranchCopy): Promise<void> {
  const { database, prefixes, from, to } = copy;
  const all: Doc[] = [];
  for await (const batch of batches(database, { listCollections: 1, cursor: new Map() }, 1000)) {
    for (const bytes of batch) all.push(decodeDocument(bytes));
  }
  const own = all.filter((each) => {
    const name = textAt(each, 'name');
    return !name.startsWith('system.') && prefixes.ownerOf(name) === from;
  });
  const plan = own.map((described) => ({ described, target: targetOf(copy, described) }));
  const isView = ({ described }: (typeof plan)[number]) => described.get('type') === 'view';
  for (const { described, target } of plan.filter((each) => !isView(each))) {
    lookUp(copy.watch, 0);
    await create(database, target, options(described));
    await copyDocuments(copy, textAt(described, 'name'), target, options(described));
    await copyIndexes(copy, textAt(described, 'name'), target, options(described).has('collation'));
  }
  const map = viewNames(prefixes, from, to);
  for (const { described, target } of plan.filter(isView)) {
    lookUp(copy.watch, 0);
    await create(database, target, viewOptions(options(described), map));
  }
}

/** Where a collection goes. @throws UncopiableError, PrefixAmbiguousError, before anything is copied */
function targetOf({ prefixes, from, to }: BranchCopy, described: Doc): string {
  const stored = textAt(described, 'name');
  const collection = prefixes.shown(from, stored)!;
  const target = prefixes.stored(to, collection);
  const owner = prefixes.ownerOf(target);
  if (owner !== undefined && owner !== to) throw new PrefixAmbiguousError(to, collection, owner);
  if (options(described).has('encryptedFields')) {
    throw new UncopiableError(collection, 'it is encrypted, and its key material cannot be copied with it');
  }
  return target;
}

async function create(database: LegacyDatabase, target: string, given: Doc): Promise<void> {
  await run(database, { create: target, ...Object.fromEntries(given) });
}

async function copyIndexes(
  { database, watch }: BranchCopy,
  source: string,
  target: string,
  collated: boolean,
): Promise<void> {
  const indexes = await finishedIndexes(database, source, watch?.signal);
  const own = indexes.filter((index) => index.get('name') !== '_id_' && index.get('clustered') !== true);
  // Servers of long ago wrote the namespace into each.
  for (const index of own) index.delete('ns');
  // An index that does not follow its collection's collation is listed without any.
  for (const index of own) {
    if (collated && !index.has('collation')) index.set('collation', new Map([['locale', 'simple']]));
  }
  if (own.length > 0) await run(database, { createIndexes: target, indexes: own }, undefined, watch?.signal);
}

/** From the parent's names to the new branch's; what is neither's own stays. */
function viewNames(prefixes: Prefixes, from: string, to: string): NameMap {
  return {
    strict: false,
    database: (name) => name,
    collection: (stored) => {
      const shown = prefixes.shown(from, stored);
      return shown === undefined ? stored : prefixes.stored(to, shown);
    },
  };
}

function viewOptions(given: Doc, map: NameMap): Doc {
  const turned: Doc = new Map(given);
  turned.set('viewOn', map.collection(textAt(given, 'viewOn')));
  const pipeline = given.get('pipeline');
  if (pipeline !== undefined) turned.set('pipeline', rewritePipeline(pipeline, map));
  return turned;
}

function options(described: Doc): Doc {
  return (described.get('options') ?? new Map<string, Value>()) as Doc;
}

function textAt(document: Doc, field: string): string {
  return document.get(field) as string;
}
