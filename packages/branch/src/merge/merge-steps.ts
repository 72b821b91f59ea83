import type { Doc } from '@argon/bson';
import type { BranchState, CollectionCatalog, Materializer } from '@argon/materializer';
import { isSameIndex, pairCollections, uuidOf, type CollectionPair } from '../diff/catalog-differences';
import { collectionDifference } from '../diff/catalog-differences';
import { documentDifferences } from '../diff/document-differences';
import { mergeDocuments } from '../document/merge-documents';
import type { CatalogConflict, CatalogStep, Step } from '../steps/contract';
import { createIndex, makeSteps } from '../steps/make-collection';
import type { CatalogQuestion, Decider } from './decide';
import { documentSteps } from './document-steps';

/** Three states of one project. What leads from `base` to `theirs` is to be done to `ours`. */
export interface MergeStates {
  readonly base: BranchState;
  readonly ours: BranchState;
  readonly theirs: BranchState;
}

/**
 * What to do to `ours` so that it has what `theirs` changed since `base` too, in batches: for each collection first its
 * catalogue, then its documents. Takes time for what theirs changed, and memory for a batch. Conflicts come as steps,
 * with what was decided.
 */
export async function* mergeSteps(
  materializer: Materializer,
  states: MergeStates,
  decider: Decider,
): AsyncGenerator<readonly Step[]> {
  const merge = new StateMerge(materializer, states, decider);
  for (const pair of pairCollections(states.base, states.theirs)) yield* merge.collection(pair);
}

class StateMerge {
  readonly #materializer: Materializer;
  readonly #states: MergeStates;
  readonly #decider: Decider;
  /** What became of the base's collections on our side, by UUID. */
  readonly #kept: ReadonlyMap<string, CollectionPair>;

  constructor(materializer: Materializer, states: MergeStates, decider: Decider) {
    this.#materializer = materializer;
    this.#states = states;
    this.#decider = decider;
    const pairs = pairCollections(states.base, states.ours).filter(({ before }) => before !== undefined);
    this.#kept = new Map(pairs.map((pair) => [uuidOf(pair.before!), pair]));
  }

  async *collection(pair: CollectionPair): AsyncGenerator<readonly Step[]> {
    const { before: base, after: theirs } = pair;
    const ours = this.#oursOf(pair);
    if (theirs === undefined) {
      if (ours !== undefined) yield* this.#drop(base!, ours);
    } else if (ours === undefined) {
      if (base !== undefined) yield* this.#remake(pair, base);
      else yield* this.#make(theirs);
    } else {
      const catalog = await this.#catalog(base, ours, theirs);
      if (catalog.steps.length > 0) yield catalog.steps;
      yield* this.#documents(pair, ours, catalog.name);
    }
  }

  #oursOf({ before, after }: CollectionPair): CollectionCatalog | undefined {
    if (before !== undefined) return this.#kept.get(uuidOf(before))?.after;
    const { collections } = this.#states.ours;
    for (const { catalog } of collections.values()) if (uuidOf(catalog) === uuidOf(after!)) return catalog;
    return collections.get(after!.name)?.catalog;
  }

  /** They dropped it. */
  async *#drop(base: CollectionCatalog, ours: CollectionCatalog): AsyncGenerator<readonly Step[]> {
    const collection = ours.name;
    const drop: CatalogStep = {
      kind: 'catalog',
      operation: 'drop_collection',
      collection,
      argument: new Map(),
    };
    if (!(await this.#differs({ before: base, after: ours }, this.#states.ours))) {
      yield [drop];
      return;
    }
    const decision = await this.#ask({ kind: 'catalog', collection, what: 'dropped' });
    yield [conflictStep(collection, { what: 'dropped', decision }), ...(decision === 'theirs' ? [drop] : [])];
  }

  /** We dropped it. */
  async *#remake(pair: CollectionPair, base: CollectionCatalog): AsyncGenerator<readonly Step[]> {
    if (!(await this.#differs(pair, this.#states.theirs))) return;
    const decision = await this.#ask({ kind: 'catalog', collection: base.name, what: 'dropped' });
    yield [conflictStep(base.name, { what: 'dropped', decision })];
    if (decision === 'theirs') yield* this.#make(pair.after!);
  }

  /** They made it. */
  async *#make(theirs: CollectionCatalog): AsyncGenerator<readonly Step[]> {
    yield makeSteps(theirs);
    yield* this.#documents({ before: undefined, after: theirs }, undefined, theirs.name);
  }

  async *#documents(
    pair: CollectionPair,
    ours: CollectionCatalog | undefined,
    name: string,
  ): AsyncGenerator<readonly Step[]> {
    const { base, ours: state, theirs } = this.#states;
    const collection = ours && state.collections.get(ours.name);
    const side = { materializer: this.#materializer, state, collection, name };
    for await (const differences of documentDifferences(this.#materializer, base, theirs, pair)) {
      const steps = await documentSteps(differences, side, this.#decider);
      if (steps.length > 0) yield steps;
    }
  }

  /** Name, options and indexes of a collection that both have. */
  async #catalog(
    base: CollectionCatalog | undefined,
    ours: CollectionCatalog,
    theirs: CollectionCatalog,
  ): Promise<{ readonly steps: readonly Step[]; readonly name: string }> {
    const steps: Step[] = [];
    const name = await this.#name(base, ours, theirs, steps);
    await this.#options(base, ours, theirs, name, steps);
    await this.#indexes(base, ours, theirs, name, steps);
    return { steps, name };
  }

  async #name(
    base: CollectionCatalog | undefined,
    ours: CollectionCatalog,
    theirs: CollectionCatalog,
    steps: Step[],
  ): Promise<string> {
    if (base === undefined || theirs.name === base.name || theirs.name === ours.name) return ours.name;
    const isTaken = this.#states.ours.collections.has(theirs.name);
    if (ours.name !== base.name || isTaken) {
      // A name that is taken cannot be theirs, whatever is decided.
      const decision = await this.#ask({ kind: 'catalog', collection: ours.name, what: 'renamed' });
      const isPossible = decision === 'ours' || !isTaken;
      steps.push(conflictStep(ours.name, { what: 'renamed', decision: isPossible ? decision : undefined }));
      if (decision !== 'theirs' || isTaken) return ours.name;
    }
    const argument: Doc = new Map([['to', theirs.name]]);
    steps.push({ kind: 'catalog', operation: 'rename_collection', collection: ours.name, argument });
    return theirs.name;
  }

  async #options(
    base: CollectionCatalog | undefined,
    ours: CollectionCatalog,
    theirs: CollectionCatalog,
    name: string,
    steps: Step[],
  ): Promise<void> {
    const sides = [base?.options ?? [], ours.options, theirs.options].map((options) => new Map(options));
    const [from, mine, other] = sides as [Doc, Doc, Doc];
    let merged = mergeDocuments(from, mine, other);
    if (merged.conflicts.length > 0 || ours.type !== theirs.type) {
      const decision = await this.#ask({ kind: 'catalog', collection: name, what: 'options' });
      // A collection cannot become a view.
      const isPossible = decision === 'ours' || ours.type === theirs.type;
      steps.push(conflictStep(name, { what: 'options', decision: isPossible ? decision : undefined }));
      if (!isPossible) return;
      if (decision === 'theirs') merged = mergeDocuments(from, mine, other, 'theirs');
    }
    const { document } = merged;
    if (collectionDifference({ before: ours, after: { ...ours, options: document } }) === undefined) return;
    const argument: Doc = new Map([['options', document]]);
    steps.push({ kind: 'catalog', operation: 'modify_collection', collection: name, argument });
  }

  async #indexes(
    base: CollectionCatalog | undefined,
    ours: CollectionCatalog,
    theirs: CollectionCatalog,
    collection: string,
    steps: Step[],
  ): Promise<void> {
    const named = (catalog: CollectionCatalog | undefined, name: string) =>
      catalog?.indexes.find((index) => index.name === name);
    const names = new Set([...(base?.indexes ?? []), ...theirs.indexes].map((index) => index.name));
    for (const name of names) {
      const [was, mine, other] = [named(base, name), named(ours, name), named(theirs, name)];
      if (isSameIndex(mine, other) || isSameIndex(was, other)) continue;
      if (!isSameIndex(was, mine)) {
        const decision = await this.#ask({ kind: 'catalog', collection, what: 'index', index: name });
        steps.push(conflictStep(collection, { what: 'index', index: name, decision }));
        if (decision !== 'theirs') continue;
      }
      if (mine !== undefined) {
        steps.push({
          kind: 'catalog',
          operation: 'drop_index',
          collection,
          argument: new Map([['name', name]]),
        });
      }
      if (other !== undefined) steps.push(createIndex(collection, new Map(other.specification)));
    }
  }

  /** Whether a side changed anything of a collection since the base. */
  async #differs(pair: CollectionPair, side: BranchState): Promise<boolean> {
    if (collectionDifference(pair) !== undefined) return true;
    const differences = documentDifferences(this.#materializer, this.#states.base, side, pair);
    const first = await differences.next();
    await differences.return(undefined);
    return first.done !== true;
  }

  async #ask(question: CatalogQuestion): Promise<CatalogConflict['decision']> {
    return this.#decider.catalog(question);
  }
}

function conflictStep(collection: string, conflict: CatalogConflict): Step {
  return { kind: 'catalog-conflict', collection, conflict };
}
