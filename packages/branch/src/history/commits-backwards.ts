import { Pacer, type Commit, type Lsn, type Store } from '@argon/wal';

/** LSNs of the first window: enough for a screen, and read in no time. */
const FIRST_WINDOW = 128;
const MAX_WINDOW = 1 << 20;

/** About how many bytes of a window are kept: what is older is read again in the next one. */
const WINDOW_BYTES = 4 << 20;

/** What an entry weighs besides its document. */
const ENTRY_BYTES = 128;

/**
 * A branch's own commits in (after, through], newest first, in batches. The log is read forwards, in windows that grow
 * as long as they hold little and shrink when they hold much: so the first ones come at once however long the chain is,
 * and memory holds a window.
 */
export async function* commitsBackwards(
  store: Pick<Store, 'commits' | 'commitAtOrBefore'>,
  { branchId, after, through }: { readonly branchId: number; readonly after: Lsn; readonly through: Lsn },
): AsyncGenerator<readonly Commit[]> {
  const pacer = new Pacer();
  let size = FIRST_WINDOW;
  let end = (await store.commitAtOrBefore(branchId, { lsn: through }))?.lsn ?? 0;
  while (end > after) {
    const window = new Window();
    for await (const batch of store.commits(branchId, { after: Math.max(after, end - size), through: end })) {
      if (pacer.due) await pacer.giveWay();
      for (const commit of batch) window.push(commit);
    }
    const { newestFirst, isCut, bytes } = window;
    const oldest = newestFirst.at(-1);
    if (oldest === undefined) return;
    yield newestFirst;
    if (isCut) size = Math.max(1, Math.ceil((end - oldest.after) / 2));
    else if (bytes < WINDOW_BYTES / 4) size = Math.min(MAX_WINDOW, size * 4);
    end = oldest.after;
  }
}

/** The last commits of those pushed, as far as they fit. */
class Window {
  readonly #commits: Commit[] = [];
  #first = 0;
  #bytes = 0;
  #dropped = false;

  push(commit: Commit): void {
    this.#commits.push(commit);
    this.#bytes += bytesOf(commit);
    while (this.#bytes > WINDOW_BYTES && this.#first < this.#commits.length - 1) {
      this.#bytes -= bytesOf(this.#commits[this.#first]!);
      this.#first += 1;
    }
    if (this.#first < 1024) return;
    // What was passed over must not stay in memory.
    this.#commits.splice(0, this.#first);
    this.#first = 0;
    this.#dropped = true;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether older ones did not fit. */
  get isCut(): boolean {
    return this.#dropped || this.#first > 0;
  }

  get newestFirst(): readonly Commit[] {
    return this.#commits.slice(this.#first).reverse();
  }
}

function bytesOf(commit: Commit): number {
  let bytes = 0;
  for (const entry of commit.entries) bytes += ENTRY_BYTES + (entry.document?.length ?? 0);
  return bytes;
}
