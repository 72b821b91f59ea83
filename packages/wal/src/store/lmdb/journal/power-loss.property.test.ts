import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { verifyStore } from '../../../log/verify';
import { commitOf, insertion } from '../../../testing/drafts';
import { newProject, push, read } from '../../../testing/fixture';
import { type LmdbStore, openLmdbStore } from '../lmdb-store';
import { DATA_FILE, JOURNAL_FILE } from '../place';
import { leftIn } from './left';

/*
 * What a disk may hold after power was lost: of each page of the data file any version since the last flush, the file
 * as long as it was at any moment since, and of the journal all that was flushed, with a part of what was not. Nothing
 * that was acknowledged may be missing.
 */
const PAGE = 4096;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'argon-power-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Version {
  readonly state: number;
  readonly bytes: Buffer;
}

/** All versions of all pages of a data file. */
class Pages {
  readonly #versions: Version[][] = [];
  readonly #lengths: { readonly state: number; readonly pages: number }[] = [];

  /** The file after a transaction; returns its id. */
  note(file: Buffer): number {
    const state = Math.max(...[0, PAGE].map((at) => Number(file.readBigUInt64LE(at + 24 + 128))));
    const pages = file.length / PAGE;
    this.#lengths.push({ state, pages });
    for (let page = 0; page < pages; page++) {
      const bytes = file.subarray(page * PAGE, (page + 1) * PAGE);
      const versions = (this.#versions[page] ??= []);
      if (versions.at(-1)?.bytes.equals(bytes) !== true) versions.push({ state, bytes: Buffer.from(bytes) });
    }
    return state;
  }

  /**
   * The file after a loss of power, if it was flushed at one transaction and is lost after another, or while that is
   * still writing its pages.
   */
  lost(flushed: number, last: number, pick: (below: number) => number, meta = last): Buffer {
    const lengths = this.#lengths.filter(({ state }) => state >= flushed && state <= last);
    const pages = lengths[pick(lengths.length)]!.pages;
    return Buffer.concat(
      Array.from({ length: pages }, (_, page) => {
        const versions = this.#versions[page]!.filter(({ state }) => state <= (page < 2 ? meta : last));
        const first = versions.findLastIndex(({ state }) => state <= flushed);
        // What a new page held before it was first written is anybody's guess.
        const candidates = first < 0 ? [Buffer.alloc(PAGE), ...versions.map(({ bytes }) => bytes)] : [];
        for (const { bytes } of first < 0 ? [] : versions.slice(first)) candidates.push(bytes);
        return candidates[pick(candidates.length)]!;
      }),
    );
  }
}

function picker(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const steps = fc.array(
  fc.record({
    kind: fc.oneof(
      { weight: 40, arbitrary: fc.constant('small' as const) },
      { weight: 2, arbitrary: fc.constant('large' as const) },
      { weight: 2, arbitrary: fc.constant('branch' as const) },
      { weight: 1, arbitrary: fc.constant('reopened' as const) },
    ),
    size: fc.integer({ min: 0, max: 3000 }),
  }),
  { minLength: 20, maxLength: 60 },
);

/** Makes the image of a disk, opens it, and sees what is there. */
async function checkImage(data: Buffer, journal: Buffer, expected: number): Promise<void> {
  const image = join(folder, 'image');
  await rm(image, { recursive: true, force: true });
  await cp(join(folder, 'live'), image, { recursive: true, filter: (path) => !/\.mdb$|\.argon$/.test(path) });
  await writeFile(join(image, DATA_FILE), data);
  await writeFile(join(image, JOURNAL_FILE), journal);
  for (const isMore of [true, false]) {
    const store = await openLmdbStore(image);
    expect((await verifyStore(store)).problems).toEqual([]);
    const [main] = store.branches(1);
    const ids = (await read(store, main!.id)).flatMap(({ entries }) => entries.map((e) => e.documentId));
    expect(ids.length).toBeGreaterThanOrEqual(expected);
    expect(ids).toEqual(ids.map((_, id) => id));
    if (isMore) await push(store, main!.id, commitOf(insertion({ _id: ids.length })));
    await store.close();
  }
}

interface Step {
  readonly kind: 'small' | 'large' | 'branch' | 'reopened';
  readonly size: number;
}

async function run(script: readonly Step[], seed: number, every: number): Promise<void> {
  const live = join(folder, 'live');
  await rm(live, { recursive: true, force: true });
  const opened = { store: await openLmdbStore(live) };
  try {
    await play(opened, live, script, picker(seed), every);
  } finally {
    await opened.store.close();
  }
}

async function play(
  opened: { store: LmdbStore },
  live: string,
  script: readonly Step[],
  pick: (below: number) => number,
  every: number,
): Promise<void> {
  const { project, main } = await newProject(opened.store);
  const pages = new Pages();
  const data = () => readFileSync(join(live, DATA_FILE));
  const journal = () => {
    const path = join(live, JOURNAL_FILE);
    return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  };
  let documents = 0;
  let state = pages.note(data());
  let flushed = state;
  for (const [n, { kind, size }] of script.entries()) {
    const { store } = opened;
    const before = journal();
    if (kind === 'branch') {
      const { id: parentId } = main;
      const { lsn: baseLsn } = store.head(main.id);
      const actor = { user: '', app: '' };
      await store.createBranch({ projectId: project.id, name: `b${n}`, parentId, baseLsn, actor });
    } else if (kind === 'reopened') {
      await store.close();
      opened.store = await openLmdbStore(live);
    } else {
      const count = kind === 'small' ? 1 : 40;
      const inserts = Array.from({ length: count }, () =>
        insertion({ _id: documents++, pad: Buffer.alloc(size, n) }),
      );
      await push(store, main.id, commitOf(...inserts));
    }
    const previous = state;
    const flushedBefore = flushed;
    state = pages.note(data());
    const after = journal();
    const left = leftIn(after, state);
    const base = left === undefined ? state : left.records[0]!.id - 1;
    flushed = Math.max(flushed, base);
    if (n % every > 0) continue;
    await checkImage(pages.lost(flushed, state, pick), after, documents);
    // While LMDB flushes by itself.
    if (kind === 'large') {
      await checkImage(pages.lost(flushedBefore, state, pick, previous), before, documents - 40);
    }
    // In the middle of it, of which as much of the journal is there as can be.
    if (kind !== 'small' || left === undefined || base >= previous) continue;
    const torn = Buffer.alloc(after.length);
    before.copy(torn);
    const differs = after.findIndex((byte, at) => byte !== torn[at]);
    const end = differs + pick(600);
    after.copy(torn, differs, differs, end);
    await checkImage(pages.lost(Math.min(flushed, previous), previous, pick), torn, documents - 1);
  }
}

it('a loss of power takes nothing that was acknowledged', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.integer(), (script, seed) => run(script, seed, 3)),
    { numRuns: 12 },
  );
}, 120_000);

it('nor where one generation of the journal follows the other', async () => {
  const script = Array.from({ length: 900 }, (_, n) => ({
    kind: n % 331 === 330 ? ('large' as const) : ('small' as const),
    size: n % 50,
  }));
  await run(script, 1, 60);
}, 120_000);
