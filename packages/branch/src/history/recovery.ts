import { idKey, type Value } from '@argon/bson';
import { partialMatcher, type Draft, type WalEngine } from '@argon/engine';
import type { FoundPlace } from '../place/places';
import { StepWriter } from '../steps/apply';
import type { BranchCommit } from '../steps/branch-commit';
import type { LostDocument, RecoverReport, RecoverRequest } from './contract';
import { LostDocuments } from './lost-documents';
import type { VersionReader } from './version-reader';

/** How many documents a report shows. */
const EXAMPLES = 100;

/** Brings documents back as their last versions were, in one commit; computed again as often as the head moves. */
export class Recovery implements BranchCommit<RecoverReport> {
  readonly expectedHead = undefined;
  readonly #matches: (bytes: Uint8Array) => boolean;

  constructor(
    readonly engine: WalEngine,
    private readonly reader: VersionReader,
    private readonly request: RecoverRequest,
    readonly place: FoundPlace,
  ) {
    const { filter } = request;
    this.#matches = filter === undefined ? () => true : partialMatcher(filter);
  }

  async draft(draft: Draft): Promise<RecoverReport> {
    const { store, materializer } = this.engine;
    const { collection, ids = [] } = this.request;
    const { base } = draft;
    const wanted = new Map<string, Value>(ids.map((id) => [idKey(id), id]));
    const present: Value[] = [];
    for (const [key, id] of wanted) {
      if ((await base.collections.get(collection ?? '')?.byId(key)) === undefined) continue;
      present.push(id);
      wanted.delete(key);
    }
    const writer = new StepWriter(draft);
    const examples: Omit<LostDocument, 'bytes'>[] = [];
    let compacted = 0;
    if (ids.length === 0 || wanted.size > 0) {
      const lost = new LostDocuments(store, materializer, this.reader, base);
      search: for await (const batch of lost.find(this.request)) {
        for (const document of batch) {
          if (ids.length > 0 && !wanted.delete(idKey(document.id))) continue;
          if (document.bytes === undefined) compacted += 1;
          else if (this.#matches(document.bytes)) {
            const { bytes, ...example } = document;
            if (examples.length < EXAMPLES) examples.push(example);
            const { collection: name, id } = document;
            await writer.write([{ kind: 'document', collection: name, id, before: undefined, after: bytes }]);
          }
          if (ids.length > 0 && wanted.size === 0) break search;
        }
      }
    }
    await writer.finish();
    return {
      branch: this.place.branch.name,
      from: base.lsn,
      recovered: writer.counts.inserted,
      examples,
      present,
      unknown: [...wanted.values()],
      compacted,
      head: undefined,
    };
  }
}
