import type { Commit } from '../../entry/entry';
import { countEntries, madeAt, settling } from '../../entry/settle';
import { inSlices } from '../../pacing/steps';
import type { AppendRequest } from '../store';
import type { DeltaPlan } from './blocks/delta-plan';
import { lyingAfter, type TailWrites } from './blocks/tail';
import { branchKey, LAST_LSN_KEY, readLastLsn } from './keys';
import { readHead, readTail } from './record-codec';
import type { RefsSource } from './refs-reader';
import type { WriteTransaction } from './write-transaction';
import { extendingBy } from './writes';

/** More entries than these take longer to write down than others should have to wait. */
const MANY = 2_048;

/** What an append comes to if nobody writes before it. */
interface Ready {
  readonly timestamp: number;
  readonly commits: readonly Commit[];
  readonly writes: TailWrites;
}

/** What it was made ready for. */
interface Expected {
  readonly firstLsn: number;
  readonly record: Buffer;
  readonly lying: readonly Buffer[];
}

/**
 * A large append, made ready in slices of time before the transaction, in which the process stands still: LSNs, checksums
 * and compressed blocks. It goes by the LSNs that come next as far as one can see; if another process takes them, or
 * changes the end of the chain, it is of no use and everything is done within the transaction.
 */
export class PreparedAppend {
  #ready: (Ready & Expected) | undefined;

  constructor(
    private readonly request: AppendRequest,
    private readonly plan: DeltaPlan,
    private readonly now: () => number,
  ) {}

  /** Undefined for a small one. */
  static of(request: AppendRequest, plan: DeltaPlan, now: () => number): PreparedAppend | undefined {
    return countEntries(request.commits) > MANY ? new PreparedAppend(request, plan, now) : undefined;
  }

  /** @param source what is committed now, and stays as it is while this reads, which is before the first pause */
  async prepare(source: RefsSource): Promise<void> {
    const { request, plan } = this;
    const { branchId, after } = request;
    const record = source.get(branchKey(branchId));
    if (record === undefined) return;
    const head = readHead(record);
    if (head.deleted || head.lsn !== after) return;
    const firstLsn = readLastLsn(source.get(LAST_LSN_KEY)) + 1;
    const tail = readTail(record);
    const lying = lyingAfter(source, branchId, tail);
    const timestamp = Math.max(madeAt(request, this.now()), head.timestamp);
    const commits = await inSlices(settling(request, firstLsn, timestamp));
    const writes = await inSlices(extendingBy(() => lying, branchId, tail, commits, plan));
    this.#ready = { timestamp, commits, writes, firstLsn, record, lying };
  }

  /** What was made ready, if everything is as it was then. @param record the branch's */
  ifStill(transaction: WriteTransaction, record: Buffer): Ready | undefined {
    const ready = this.#ready;
    if (ready?.firstLsn !== transaction.lastLsn + 1 || !ready.record.equals(record)) return undefined;
    const lying = lyingAfter(transaction, this.request.branchId, readTail(record));
    const isSame =
      lying.length === ready.lying.length && lying.every((value, i) => value.equals(ready.lying[i]!));
    return isSame ? ready : undefined;
  }
}
