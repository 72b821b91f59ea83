import type { Materializer } from '@argon/materializer';
import {
  BranchExistsError,
  BranchNotFoundError,
  type Actor,
  type BranchRecord,
  type Store,
} from '@argon/wal';
import type { BranchService } from '../service/contract';
import { lookUp, type Watch } from '../steps/watch';
import type { ImportReport, ImportRequest, TransferCommit, TransferHeader } from './contract';
import { decodeCommit, decodeEnd, decodeHeader } from './decode';
import { TransferFormatError } from './errors';
import { LogWriter } from './log-writer';

/**
 * Takes a log into a branch of its own: of a project that is made for it, or of one that there is, beside what that has.
 * Order, commits, actors and, in a project of its own, times are as they were; LSNs are new. All or nothing: if anything
 * fails, project or branch go.
 * @throws TransferFormatError, TransferMismatchError, TransferDisturbedError, BranchExistsError; the signal's reason
 */
export async function importLog(
  store: Store,
  materializer: Materializer,
  branches: BranchService,
  request: ImportRequest,
  actor: Actor,
  watch?: Watch,
): Promise<ImportReport> {
  const commits = new TransferReader(request.documents);
  const header = await commits.header();
  const project = request.project ?? header.project;
  const name = request.branch ?? header.branch;
  const place = await made(store, project, name, header, actor);
  try {
    const writer = await LogWriter.begin(store, materializer, place.branch, place.isNew, header.from);
    for await (const commit of commits.commits()) {
      await writer.add(commit);
      lookUp(watch, commit.entries.length);
    }
    await writer.flush();
    const { commits: count, entries, notes, head } = writer;
    return { project, branch: name, header, commits: count, entries, notes, timesKept: place.isNew, head };
  } catch (error) {
    if (place.isNew) await branches.deleteProject(project, actor);
    else await branches.delete(project, name, actor);
    throw error;
  }
}

/** The branch that takes it: empty. */
async function made(
  store: Store,
  project: string,
  name: string,
  header: TransferHeader,
  actor: Actor,
): Promise<{ branch: BranchRecord; isNew: boolean }> {
  const existing = await store.project(project);
  if (existing === undefined) {
    const request = { name: project, branchName: name, actor, at: header.startedAt };
    return { branch: (await store.createProject(request)).branch, isNew: true };
  }
  if (await store.branch(existing.id, name)) throw new BranchExistsError(name, existing.id);
  const first = await store.branchById(existing.id + 1);
  if (first === undefined) throw new BranchNotFoundError(existing.id + 1);
  // Where the first branch begins, nothing is there yet.
  const branch = await store.createBranch({
    projectId: existing.id,
    name,
    parentId: first.id,
    baseLsn: first.startLsn,
    actor,
  });
  return { branch, isNew: false };
}

/** Reads the documents of a log: the header, then whole commits. */
class TransferReader {
  readonly #documents: AsyncIterator<readonly Uint8Array[]>;
  #batch: readonly Uint8Array[] = [];
  #at = 0;
  #read = 0;

  constructor(documents: AsyncIterable<readonly Uint8Array[]>) {
    this.#documents = documents[Symbol.asyncIterator]();
  }

  async header(): Promise<TransferHeader> {
    const first = await this.#next();
    if (first === undefined) throw new TransferFormatError(1, 'there is none');
    return decodeHeader(first);
  }

  /** @throws TransferFormatError */
  async *commits(): AsyncGenerator<TransferCommit> {
    let open: TransferCommit[] = [];
    let before = 0;
    for (let bytes = await this.#next(); bytes !== undefined; bytes = await this.#next()) {
      const end = decodeEnd(bytes);
      if (end !== undefined) {
        if (open.length === 0 && end === this.#read - 1) return;
        throw new TransferFormatError(
          this.#read,
          `${this.#read - 1} documents came before it, and it says ${end}`,
        );
      }
      const part = decodeCommit(bytes, this.#read);
      const isNext = part.lsn > before || (part.kind === 'base' && part.lsn === before);
      if (open.length === 0 ? !isNext : part.lsn !== open[0]!.lsn)
        throw new TransferFormatError(this.#read, `LSN ${part.lsn} does not follow ${before}`);
      before = part.lsn;
      open.push(part);
      if (part.more) continue;
      yield open.length === 1 ? part : { ...part, entries: open.flatMap(({ entries }) => entries) };
      open = [];
    }
    throw new TransferFormatError(this.#read, 'the log ends here, and its end is missing');
  }

  async #next(): Promise<Uint8Array | undefined> {
    while (this.#at >= this.#batch.length) {
      const { done, value } = await this.#documents.next();
      if (done === true) return undefined;
      this.#batch = value;
      this.#at = 0;
    }
    this.#read += 1;
    return this.#batch[this.#at++];
  }
}
