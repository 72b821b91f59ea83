import { documentId, idKey, type Value } from '@argon/bson';
import type { BranchState, RecordDifference, RecordRef } from '@argon/materializer';
import { Pacer, type Lsn } from '@argon/wal';
import type { CollectionPair } from './catalog-differences';
import type { DocumentDifference, DocumentVersion } from './contract';
import { loadVersions } from './load-versions';
import type { StateReader } from './state-reader';

/**
 * The documents of a collection that two states show differently, in natural order, in batches. Takes as long as there is
 * difference, and memory for a batch. Documents are told apart by `_id`: one that was deleted and inserted again counts
 * as changed, and not at all if it is the same to the byte.
 */
export async function* documentDifferences(
  reader: StateReader,
  before: BranchState,
  after: BranchState,
  pair: CollectionPair,
): AsyncGenerator<readonly DocumentDifference[]> {
  const sides = [
    new Side(reader, before, pair.before?.name),
    new Side(reader, after, pair.after?.name),
  ] as const;
  const collection = (pair.after ?? pair.before)!.name;
  const differences = reader.diff(before, after, {
    before: pair.before?.name,
    after: pair.after?.name,
  });
  // An embedded store answers at once: without this, nobody could see how far it has come, or stop it.
  const pacer = new Pacer();
  for (let batch = await differences.next(); batch !== undefined; batch = await differences.next()) {
    if (pacer.due) await pacer.giveWay();
    const found = await differencesOf(batch, sides, collection);
    if (found.length > 0) yield found;
  }
}

async function differencesOf(
  batch: readonly RecordDifference[],
  [old, now]: readonly [Side, Side],
  collection: string,
): Promise<readonly DocumentDifference[]> {
  const [befores, afters] = await Promise.all([
    old.load(batch.map(({ record, before }) => refOf(record, before))),
    now.load(batch.map(({ record, after }) => refOf(record, after))),
  ]);
  const found: DocumentDifference[] = [];
  for (const i of batch.keys()) {
    let [before, after] = [befores[i], afters[i]];
    const id = documentId((before ?? after)!.bytes) as Value;
    // Another record may have this id on the other side. Such a pair comes up twice, and counts when its old one does.
    if (before === undefined && (await old.has(id))) continue;
    if (after === undefined) after = await now.byId(id);
    if (before !== undefined && after !== undefined && Buffer.compare(before.bytes, after.bytes) === 0)
      continue;
    found.push({ collection, id, before, after });
  }
  return found;
}

function refOf(record: Lsn, lsn: Lsn | undefined): RecordRef | undefined {
  return lsn === undefined ? undefined : { record, lsn };
}

/** One of the two states, as far as the collection goes. */
class Side {
  constructor(
    private readonly reader: StateReader,
    private readonly state: BranchState,
    private readonly name: string | undefined,
  ) {}

  load(refs: readonly (RecordRef | undefined)[]): Promise<readonly (DocumentVersion | undefined)[]> {
    return loadVersions(this.reader, this.state, refs);
  }

  async has(id: Value): Promise<boolean> {
    return (await this.#ref(id)) !== undefined;
  }

  async byId(id: Value): Promise<DocumentVersion | undefined> {
    const ref = await this.#ref(id);
    return ref === undefined ? undefined : (await this.load([ref]))[0];
  }

  async #ref(id: Value): Promise<RecordRef | undefined> {
    const collection = this.name === undefined ? undefined : this.state.collections.get(this.name);
    return collection?.byId(idKey(id));
  }
}
