import type { BranchState, Materializer } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import { pairCollections, uuidOf } from '../diff/catalog-differences';
import { lookUp, type Watch } from '../steps/watch';
import type { Amount } from './contract';

/** By what made the collection (`uuidOf`), whatever it is called. */
export type Amounts = ReadonlyMap<string, Amount>;

/** Amounts of two states' differences. */
export interface Difference {
  /** What of the first state the second shows no more. */
  readonly gone: Amounts;
  /** What the second shows and the first did not. */
  readonly come: Amounts;
}

export const NOTHING: Amount = Object.freeze({ documents: 0, bytes: 0 });

export function plus(a: Amount, b: Amount): Amount {
  return { documents: a.documents + b.documents, bytes: a.bytes + b.bytes };
}

export function minus(a: Amount, b: Amount): Amount {
  return { documents: a.documents - b.documents, bytes: a.bytes - b.bytes };
}

/** Measures states by reading documents, in batches. */
export class LiveAmounts {
  constructor(
    private readonly materializer: Materializer,
    private readonly watch: Watch | undefined,
  ) {}

  /** Everything that a state shows. */
  async all(state: BranchState): Promise<Amounts> {
    const amounts = new Map<string, Amount>();
    for (const collection of state.collections.values()) {
      let amount = NOTHING;
      const scan = collection.scan({ batchSize: 1_000 });
      for (let refs = await scan.next(); refs !== undefined; refs = await scan.next()) {
        amount = plus(
          amount,
          await this.#amountOf(
            state,
            refs.map(({ lsn }) => lsn),
          ),
        );
      }
      amounts.set(uuidOf(collection.catalog), amount);
    }
    return amounts;
  }

  /** What differs between two states; costs no more than that. */
  async difference(before: BranchState, after: BranchState): Promise<Difference> {
    const gone = new Map<string, Amount>();
    const come = new Map<string, Amount>();
    for (const pair of pairCollections(before, after)) {
      const diff = this.materializer.diff(before, after, {
        before: pair.before?.name,
        after: pair.after?.name,
      });
      for (let batch = await diff.next(); batch !== undefined; batch = await diff.next()) {
        const old = batch.flatMap((each) => each.before ?? []);
        const now = batch.flatMap((each) => each.after ?? []);
        if (pair.before) add(gone, uuidOf(pair.before), await this.#amountOf(before, old));
        if (pair.after) add(come, uuidOf(pair.after), await this.#amountOf(after, now));
      }
    }
    return { gone, come };
  }

  async #amountOf(state: BranchState, lsns: readonly Lsn[]): Promise<Amount> {
    if (lsns.length === 0) return NOTHING;
    const documents = await this.materializer.documents(state, lsns);
    lookUp(this.watch, lsns.length);
    return {
      documents: lsns.length,
      bytes: documents.reduce((sum, { length }) => sum + length, 0),
    };
  }
}

function add(amounts: Map<string, Amount>, uuid: string, amount: Amount): void {
  amounts.set(uuid, plus(amounts.get(uuid) ?? NOTHING, amount));
}

/** Amounts after a difference was applied to them. */
export function applied(amounts: Amounts, { gone, come }: Difference): Amounts {
  const after = new Map(amounts);
  for (const [uuid, amount] of gone) after.set(uuid, minus(after.get(uuid) ?? NOTHING, amount));
  for (const [uuid, amount] of come) add(after, uuid, amount);
  return after;
}
