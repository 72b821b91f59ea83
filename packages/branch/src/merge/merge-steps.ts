import type { Doc } from '@argon/bson';
import type { BranchState, CollectionCatalog } from '@argon/materializer';
import {
  collectionDifference,
  isSameIndex,
  pairCollections,
  uuidOf,
  type CollectionPair,
} from '../diff/catalog-differences';
import { documentDifferences } from '../diff/document-differences';
import type { StateReader } from '../diff/state-reader';
import { mergeDocuments } from '../document/merge-documents';
import type { CatalogConflict, CatalogSides, CatalogStep, Step } from '../steps/contract';
import { createIndex, makeSteps } from '../steps/make-collection';
import type { Decider } from './decide';
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
  reader: StateReader,
  states: MergeStates,
  decider: Decider,
): AsyncGenerator<readonly Step[]> {
  const merge = new StateMerge(reader, states, decider);
  for (const pair of pairCollections(states.base, states.theirs)) yield* merge.collection(pair);
}

class StateMerge {
  readonly #reader: StateReader;
  readonly #states: MergeStates;
  readonly #decider: Decider;
  /** What became of the base's collections on our side, by UUID. */
  readonly #kept: ReadonlyMap<string, CollectionPair>;

  constructor(reader: StateReader, states: MergeStates, decider: Decider) {
    this.#reader = reader;
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
    const conflict = await this.#ask(collection, 'dropped', {
      base: base.name,
      ours: ours.name,
      theirs: undefined,
    });
    yield [conflictStep(collection, conflict), ...(conflict.decision === 'theirs' ? [drop] : [])];
  }

  /** We dropped it. */
  async *#remake(pair: CollectionPair, base: CollectionCatalog): AsyncGenerator<readonly Step[]> {
    if (!(await this.#differs(pair, this.#states.theirs))) return;
    const theirs = pair.after!;
    const conflict = await this.#ask(base.name, 'dropped', {
      base: base.name,
      ours: undefined,
      theirs: theirs.name,
    });
    yield [conflictStep(base.name, conflict)];
    if (conflict.decision === 'theirs') yield* this.#make(theirs);
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
    const side = { reader: this.#reader, state, collection, name };
    for await (const differences of documentDifferences(this.#reader, base, theirs, pair)) {
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
      const names = { base: base.name, ours: ours.name, theirs: theirs.name };
      const conflict = await this.#ask(ours.name, 'renamed', names);
      const { decision } = conflict;
      const isPossible = decision === 'ours' || !isTaken;
      steps.push(conflictStep(ours.name, { ...conflict, decision: isPossible ? decision : undefined }));
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
      const options = { base: base && from, ours: mine, theirs: other };
      const conflict = await this.#ask(name, 'options', options);
      const { decision } = conflict;
      // A collection cannot become a view.
      const isPossible = decision === 'ours' || ours.type === theirs.type;
      steps.push(conflictStep(name, { ...conflict, decision: isPossible ? decision : undefined }));
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
        const [base, ours, theirs] = [was, mine, other].map((index) => index && new Map(index.specification));
        const conflict = await this.#ask(collection, 'index', { base, ours, theirs }, name);
        steps.push(conflictStep(collection, conflict));
        if (conflict.decision !== 'theirs') continue;
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
    const differences = documentDifferences(this.#reader, this.#states.base, side, pair);
    const first = await differences.next();
    await differences.return(undefined);
    return first.done !== true;
  }

  async #ask(
    collection: string,
    what: CatalogConflict['what'],
    sides: CatalogSides,
    index?: string,
  ): Promise<CatalogConflict> {
    const conflict = { what, ...(index === undefined ? {} : { index }), ...sides };
    return {
      ...conflict,
      decision: await this.#decider.catalog({ kind: 'catalog', collection, ...conflict }),
    };
  }
}

function conflictStep(collection: string, conflict: CatalogConflict): Step {
  return { kind: 'catalog-conflict', collection, conflict };
}
