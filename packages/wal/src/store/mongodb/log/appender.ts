import { EmptyCommitError } from '../../../entry/errors';
import { isRefOperation } from '../../../entry/operations';
import { countEntries, madeAt, settleCommits } from '../../../entry/settle';
import type { AppendRequest, AppendResult } from '../../store';
import type { StoreContext } from '../context';
import { packGroup } from '../record/pack';
import { checkBranchChange, writeWithChange } from '../refs/branch-changes';
import type { ChainEnd } from './heads';

/**
 * Appends groups of commits to branches' chains. One insert is all it takes if this process knows the head; whether
 * it is right about that, the insert itself tells.
 */
export class Appender {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    const { ends, leases, turns, writer, now } = this.#context;
    const { branchId, after, change, commits: drafts } = request;
    if (drafts.length === 0 || drafts.some(({ entries }) => entries.length === 0))
      throw new EmptyCommitError();
    const steppedAside = await turns.begin(branchId, after);
    let end = ends.known(branchId);
    if (steppedAside || end === undefined || end.lsn < after) end = await ends.current(branchId);
    if (end.closed || end.lsn !== after) return refusal(end);
    if (change !== undefined) await checkBranchChange(this.#context, branchId, change, end);

    const count = countEntries(drafts);
    const firstLsn = await leases.take(count, Math.max(after, branchId));
    const commits = settleCommits(request, firstLsn, Math.max(madeAt(request, now()), end.timestamp));
    const changesRef =
      change !== undefined ||
      drafts.some(({ entries }) => entries.some(({ operation }) => isRefOperation(operation)));
    const closed = change?.status === 'deleted';
    const group = packGroup(commits, { refLsn: end.refLsn, changesRef, closed });
    const start = performance.now();
    const written =
      change === undefined ? await writer.write(group) : await writeWithChange(this.#context, group, change);
    if (written) {
      turns.won(branchId, start);
      return { appended: true, commits };
    }
    if (group.records.length === 1) leases.untake(firstLsn, count);
    if (ends.known(branchId)?.closed !== true) await turns.lost(branchId);
    return refusal(ends.known(branchId));
  }
}

function refusal(end: ChainEnd | undefined): AppendResult {
  return { appended: false, reason: end?.closed === true ? 'branch-deleted' : 'head-moved' };
}
