import { Binary } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';
import type { Lsn } from '@argon/wal';
import type { Watch } from '../change-stream/source/arrivals';
import { CommandError } from '../handler/errors';
import type { LiveStream } from '../handler/live-stream';
import type { FindPlan } from '../plan/find-plan';
import { clusteredIndexOf } from '../view/clustered';
import type { CollectionView, RecordBatch } from '../view/collection-view';

export interface TailedCollectionOptions {
  /** Shows the collection as it is by now. */
  readonly look: () => Promise<CollectionView>;
  readonly namespaceOf: (collection: string) => string;
  /** Tells of new commits, where getMore waits for them. */
  readonly watch: Watch | undefined;
  /** How documents are chosen and shown. */
  readonly plan: FindPlan;
  readonly isReverse: boolean;
  /** May throw to stop. */
  readonly check: () => void;
}

/**
 * A capped collection as a tailable cursor reads it: each batch shows it as it is by then, from after the last record
 * that was looked at, which must still be there.
 */
export class TailedCollection implements LiveStream {
  readonly awaitsData: boolean;
  #scan: AsyncGenerator<RecordBatch> | undefined;
  #batch: RecordBatch = { refs: [], documents: [] };
  #at = 0;
  #position: Lsn | undefined;
  /** All up to this record is passed over. */
  #passed: Lsn | undefined;
  #seen = 0;
  #toSkip: number;
  #left: number;
  #isOver = false;

  constructor(
    private readonly catalog: CollectionCatalog,
    private readonly options: TailedCollectionOptions,
  ) {
    const { skip, limit } = options.plan.query;
    this.awaitsData = options.watch !== undefined;
    this.#toSkip = skip;
    this.#left = limit === 0 ? Infinity : limit;
  }

  /** @throws CommandError CappedPositionLost, QueryPlanKilled */
  async refresh(): Promise<void> {
    this.#seen = this.options.watch?.version ?? 0;
    const view = await this.options.look();
    this.#checkCollection(view);
    const { isReverse } = this.options;
    const position = this.#position;
    if (position !== undefined) await checkPosition(view, position);
    this.#forget();
    if (clusteredIndexOf(view.catalog) !== undefined) {
      // It lies in the order of `_id`, so what comes after the position is not what came later.
      this.#passed = position;
      this.#scan = view.scan({ reverse: isReverse });
      return;
    }
    // Nothing is ever put in front of the oldest.
    if (isReverse && position !== undefined) return;
    this.#scan = view.scan({ reverse: isReverse, ...(position === undefined ? {} : { after: position }) });
  }

  async next(): Promise<IteratorResult<readonly Uint8Array[]>> {
    const { plan, check } = this.options;
    while (!this.#isOver && this.#left > 0 && (await this.#fill())) {
      const ref = this.#batch.refs[this.#at]!;
      const bytes = this.#batch.documents[this.#at]!;
      this.#at += 1;
      this.#position = ref.record;
      if (this.#at % CHECK_EVERY === 0) check();
      if (!plan.query.matcher.matches(bytes)) continue;
      if (this.#toSkip > 0) {
        this.#toSkip -= 1;
        continue;
      }
      this.#left -= 1;
      // One at a time: where the cursor stops reading is where it stands.
      return { done: false, value: [plan.shown(bytes, ref)] };
    }
    return this.#isOver ? { done: true, value: undefined } : { done: false, value: [] };
  }

  async arrival(signal: AbortSignal): Promise<void> {
    if (!this.#isOver) await this.options.watch?.wait(this.#seen, signal);
  }

  async return(): Promise<IteratorResult<readonly Uint8Array[]>> {
    this.#isOver = true;
    this.#forget();
    this.options.watch?.close();
    return { done: true, value: undefined };
  }

  async #fill(): Promise<boolean> {
    while (this.#at >= this.#batch.refs.length) {
      const next = await this.#scan?.next();
      if (next === undefined || next.done === true) return false;
      this.#batch = next.value;
      this.#at = this.#passed === undefined ? 0 : this.#after(this.#passed);
    }
    return true;
  }

  /** Where in the batch what comes after a record begins: at its end, if the record is yet to come. */
  #after(passed: Lsn): number {
    const { refs } = this.#batch;
    const place = refs.findIndex(({ record }) => record === passed);
    if (place < 0) return refs.length;
    this.#passed = undefined;
    return place + 1;
  }

  #forget(): void {
    void this.#scan?.return(undefined).catch(() => undefined);
    this.#scan = undefined;
    this.#batch = { refs: [], documents: [] };
    this.#at = 0;
  }

  /** @throws CommandError when it is not the collection that it was */
  #checkCollection({ catalog, state }: CollectionView): void {
    const uuid = new Binary(this.catalog.uuid, Binary.SUBTYPE_UUID);
    const isIt = (other: CollectionCatalog | undefined) =>
      other !== undefined && Buffer.compare(other.uuid, this.catalog.uuid) === 0;
    if (isIt(catalog)) return;
    const { name } = this.catalog;
    const id = uuid.toUUID().toString();
    for (const other of state?.collections.values() ?? []) {
      if (!isIt(other.catalog)) continue;
      const [from, to] = [name, other.catalog.name].map((each) => this.options.namespaceOf(each));
      throw killed(`collection renamed from '${from}' to '${to}'. UUID ${id}`);
    }
    throw killed(`collection dropped. UUID ${id}`);
  }
}

/** After how many records it is looked whether to stop. */
const CHECK_EVERY = 64;

function killed(why: string): CommandError {
  return new CommandError('QueryPlanKilled', why);
}

async function checkPosition({ collection, catalog }: CollectionView, position: Lsn): Promise<void> {
  const [found] = (await collection!.scan({ after: position - 1, batchSize: 1 }).next()) ?? [];
  if (found?.record === position) return;
  const why =
    clusteredIndexOf(catalog) === undefined
      ? 'position in capped collection being deleted'
      : 'failure to restore tailable cursor position';
  throw new CommandError(
    'CappedPositionLost',
    `CollectionScan died due to ${why}. Last seen record id: RecordId(${position})`,
  );
}
