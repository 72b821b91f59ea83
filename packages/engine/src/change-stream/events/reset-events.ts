import { documentId, RawDocument, valuesEqual, type Doc, type Value } from '@argon/bson';
import type { BranchState, CollectionCatalog, RecordDifference } from '@argon/materializer';
import { idIndexDocument, indexDocument } from './index-document';
import type { CommitHead } from '../log/branch-log';
import { isInScope } from '../scope';
import { namespaceOf, uuidValue, type EventContext } from './context';
import { eventAt, invalidation, type ChangeEvent } from './event';

type Fields = readonly (readonly [string, Value])[];

/**
 * What a reset changed of what the branch shows, as if it had been written: collections that are gone or others by now, then
 * those that are new, then documents: those that are gone first, so that an `_id` is free before it comes again. In an order
 * that depends on the two states alone, so a stream may go on within.
 */
export async function* resetEvents(
  context: EventContext,
  commit: CommitHead,
): AsyncGenerator<readonly ChangeEvent[]> {
  const before = await context.materializer.stateAt(commit.chainId, commit.after);
  const after = await context.materializer.stateAt(commit.chainId, commit.lsn);
  const reset = new ResetEvents(context, commit, before, after);
  yield reset.dropped();
  yield reset.created();
  for (const name of reset.collections()) {
    yield* reset.removed(name);
    yield* reset.written(name);
  }
}

class ResetEvents {
  #count = 0;

  constructor(
    private readonly context: EventContext,
    private readonly commit: CommitHead,
    private readonly before: BranchState,
    private readonly after: BranchState,
  ) {}

  /** Names of collections that the branch shows now. */
  collections(): string[] {
    const { scope } = this.context;
    return [...this.after.collections.keys()].filter((name) => isInScope(scope, name)).sort();
  }

  dropped(): ChangeEvent[] {
    const events: ChangeEvent[] = [];
    for (const [name, { catalog }] of sorted(this.before)) {
      const other = this.after.collections.get(name)?.catalog;
      if (!isInScope(this.context.scope, name) || isSameCollection(catalog, other)) continue;
      if (!this.#isShown(catalog)) continue;
      const event = this.#event('drop', [['ns', this.#ns(name)]], catalog);
      events.push(event);
      if (this.context.scope.kind === 'collection') events.push(invalidation(event));
    }
    return events;
  }

  created(): ChangeEvent[] {
    if (!this.context.options.showExpandedEvents) return [];
    return this.collections().flatMap((name) => {
      const { catalog } = this.after.collections.get(name)!;
      const old = this.#counterpart(name)?.catalog;
      return old === undefined ? this.#creation(catalog) : this.#changes(old, catalog);
    });
  }

  async *removed(name: string): AsyncGenerator<ChangeEvent[]> {
    for await (const differences of this.#differences(name)) {
      const gone = differences.filter(({ after }) => after === undefined);
      const images = await this.#documents(
        this.before,
        gone.map(({ before }) => before!),
      );
      yield images.map((image) =>
        this.#event('delete', [['ns', this.#ns(name)], key(image), ...this.#pre(image)], this.#catalog(name)),
      );
    }
  }

  async *written(name: string): AsyncGenerator<ChangeEvent[]> {
    for await (const differences of this.#differences(name)) {
      const there = differences.filter(({ after }) => after !== undefined);
      const replaced = there.filter(({ before }) => before !== undefined);
      const images = await this.#documents(
        this.after,
        there.map(({ after }) => after!),
      );
      const olds = await this.#documents(
        this.before,
        replaced.map(({ before }) => before!),
      );
      let next = 0;
      yield there.map(({ before }, i) => {
        const image = images[i]!;
        const old = before === undefined ? undefined : olds[next++];
        const fields: Fields = [
          ['fullDocument', new RawDocument(image)],
          ['ns', this.#ns(name)],
          key(image),
          ...(old === undefined ? [] : this.#pre(old)),
        ];
        return this.#event(old === undefined ? 'insert' : 'replace', fields, this.#catalog(name));
      });
    }
  }

  async *#differences(name: string): AsyncGenerator<readonly RecordDifference[]> {
    const names = { before: this.#counterpart(name) && name, after: name };
    const found = this.context.materializer.diff(this.before, this.after, names);
    for (let batch = await found.next(); batch !== undefined; batch = await found.next()) yield batch;
  }

  async #documents(state: BranchState, lsns: readonly number[]): Promise<readonly Uint8Array[]> {
    return lsns.length === 0 ? [] : this.context.materializer.documents(state, lsns);
  }

  /** The collection of that name before, if it is the same one. */
  #counterpart(name: string) {
    const found = this.before.collections.get(name);
    return isSameCollection(found?.catalog, this.after.collections.get(name)?.catalog) ? found : undefined;
  }

  #creation(catalog: CollectionCatalog): ChangeEvent[] {
    const description: Doc = new Map(catalog.options);
    if (catalog.type !== 'view' && !catalog.options.has('clusteredIndex'))
      description.set('idIndex', idIndexDocument(catalog.options.get('collation')));
    const ns = this.#ns(catalog.name);
    const creation = this.#event(
      'create',
      [
        ['ns', ns],
        ['operationDescription', description],
      ],
      catalog,
    );
    const indexes = catalog.indexes.map(({ specification }) => indexDocument(specification));
    return indexes.length === 0 ? [creation] : [creation, this.#indexes('createIndexes', catalog, indexes)];
  }

  #changes(old: CollectionCatalog, now: CollectionCatalog): ChangeEvent[] {
    const events: ChangeEvent[] = [];
    const [before, after] = [new Map(old.options), new Map(now.options)];
    if (!valuesEqual(before, after)) {
      const state: Doc = new Map([['uuid', uuidValue(old.uuid)], ...before]);
      events.push(
        this.#event(
          'modify',
          [
            ['ns', this.#ns(now.name)],
            ['operationDescription', after],
            ['stateBeforeChange', new Map([['collectionOptions', state]])],
          ],
          now,
        ),
      );
    }
    const specifications = (catalog: CollectionCatalog) =>
      catalog.indexes.map(({ specification }) => indexDocument(specification));
    const [olds, nows] = [specifications(old), specifications(now)];
    const missing = (some: Doc[], others: Doc[]) =>
      some.filter((each) => !others.some((other) => valuesEqual(each, other)));
    for (const index of missing(olds, nows)) events.push(this.#indexes('dropIndexes', now, [index]));
    const added = missing(nows, olds);
    if (added.length > 0) events.push(this.#indexes('createIndexes', now, added));
    return events;
  }

  #indexes(operationType: string, catalog: CollectionCatalog, indexes: Doc[]): ChangeEvent {
    const fields: Fields = [
      ['ns', this.#ns(catalog.name)],
      ['operationDescription', new Map([['indexes', indexes]])],
    ];
    return this.#event(operationType, fields, catalog);
  }

  #event(operationType: string, fields: Fields, catalog: CollectionCatalog | undefined): ChangeEvent {
    const { lsn } = this.commit;
    const place = { lsn, at: lsn, number: this.#count++, isInvalidate: false };
    const hasUuid = this.context.options.showExpandedEvents && catalog?.type === 'collection';
    return {
      place,
      ...eventAt(this.commit),
      operationType,
      ...(hasUuid ? { collectionUuid: uuidValue(catalog.uuid) } : {}),
      fields,
    };
  }

  #pre(image: Uint8Array): [string, Value][] {
    const { fullDocumentBeforeChange } = this.context.options;
    return fullDocumentBeforeChange === 'off' ? [] : [['fullDocumentBeforeChange', new RawDocument(image)]];
  }

  #isShown({ type }: CollectionCatalog): boolean {
    return type !== 'view' || this.context.options.showExpandedEvents;
  }

  #catalog(name: string): CollectionCatalog | undefined {
    return this.after.collections.get(name)?.catalog;
  }

  #ns(name: string): Doc {
    return namespaceOf(this.context, name);
  }
}

function key(image: Uint8Array): readonly [string, Value] {
  return ['documentKey', new Map([['_id', documentId(image) ?? null]])];
}

function isSameCollection(a: CollectionCatalog | undefined, b: CollectionCatalog | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a.uuid, b.uuid) === 0;
}

function sorted({ collections }: BranchState) {
  return [...collections].sort(([a], [b]) => (a < b ? -1 : 1));
}
