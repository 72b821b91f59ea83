import { statSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { HeadWatch } from '../../log/head-watch';
import { NotAStoreError, StoreCorruptError, StoreLockedError, StoreVersionError } from '../errors';
import { Journal } from './journal/journal';
import { Journaling } from './journal/journaling';
import { leftInFile } from './journal/left';
import { recover } from './journal/recovery';
import { copyOfPart, copyOfRead } from './copy';
import { lmdbFailure } from './failure';
import { FORMAT_KEY, LAST_LSN_KEY, readLastLsn } from './keys';
import { LastTransaction } from './last-transaction';
import { processThatKeepsLock } from './lock-file';
import { DATA_FILE, JOURNAL_FILE, LOCK_FILE, preparePlace } from './place';
import { SYNCHRONOUS } from './transaction-flags';
import { WriteQueue } from './write-queue';

/** The format this version writes. 1 had every entry by itself, uncompressed; 2 had no journal beside it. */
const FORMAT = 3;
const WITHOUT_JOURNAL = 2;

/** Address space set aside for the map; LMDB grows it when it must. On Windows a map takes disk space, so there it starts small. */
const MAP_BYTES = 2 ** 36;

/** An open LMDB environment, shared by all handles of this process. */
export interface Environment {
  readonly db: RootDatabase<Buffer, Buffer>;
  readonly queue: WriteQueue;
  readonly watch: HeadWatch;
  /** From now on reads see everything committed up to now, by whomever. */
  refresh(): void;
  /** Bytes of the data file and the journal. */
  size(): number;
  /** Lets go of it; the last one closes it after what is under way. */
  release(): Promise<void>;
}

type Opened = Pick<Environment, 'db' | 'queue' | 'watch' | 'refresh'> & Files;

/** What is open of a folder besides LMDB's environment. */
interface Files {
  readonly last: LastTransaction;
  /** Undefined where LMDB's lock file does not tell who has the environment open. */
  readonly journal: Journal | undefined;
}

interface Shared {
  readonly opened: Promise<Opened>;
  handles: number;
}

// A process must not open an LMDB environment twice: closing one lock file drops the locks of the other. And opening
// takes the write lock on the main thread, which a transaction of our own may hold while it waits for that thread.
const shared = new Map<string, Shared>();
const closing = new Map<string, Promise<void>>();

export interface EnvironmentOptions {
  readonly create: boolean;
  readonly lockTimeoutMs: number;
  readonly journal: boolean;
}

/** Opens the environment in this folder, or joins the one that is open. */
export async function acquireEnvironment(
  path: string,
  location: string,
  options: EnvironmentOptions,
): Promise<Environment> {
  const folder = preparePlace(path, location, options.create);
  for (let wait = closing.get(folder); wait !== undefined; wait = closing.get(folder)) await wait;
  const env = shared.get(folder) ?? {
    opened: openEnvironment(folder, location, options),
    handles: 0,
  };
  shared.set(folder, env);
  env.handles += 1;
  try {
    const { db, queue, watch, refresh } = await env.opened;
    return {
      db,
      queue,
      watch,
      refresh,
      size: () => sizeOf(folder),
      release: () => release(folder, env),
    };
  } catch (error) {
    if (shared.get(folder) === env) shared.delete(folder);
    throw error;
  }
}

function sizeOf(folder: string): number {
  const journal = statSync(join(folder, JOURNAL_FILE), { throwIfNoEntry: false });
  return statSync(join(folder, DATA_FILE)).size + (journal?.size ?? 0);
}

async function openEnvironment(
  folder: string,
  location: string,
  { lockTimeoutMs, journal: isJournaled }: EnvironmentOptions,
): Promise<Opened> {
  const holder = await processThatKeepsLock(join(folder, LOCK_FILE), lockTimeoutMs);
  if (holder !== undefined) {
    throw new StoreLockedError(
      location,
      `process ${holder} has held its write lock for ${lockTimeoutMs / 1000} s`,
    );
  }
  const { db, last, journal } = openChecked(folder, location);
  const journaling = journal && new Journaling(db, last, journal, isJournaled);
  const queue = new WriteQueue({ db, last, journaling, location, folder, lockTimeoutMs });
  return { db, last, journal, queue, watch: new HeadWatch(), refresh: refresher(db, last, queue) };
}

function refresher(db: RootDatabase<Buffer, Buffer>, last: LastTransaction, queue: WriteQueue): () => void {
  let seen = 0;
  let isFresh = false;
  let transactions = 0;
  const age = () => {
    isFresh = false;
  };
  const lastLsn = () => {
    db.resetReadTxn();
    return readLastLsn(db.getBinaryFast(LAST_LSN_KEY));
  };
  return () => {
    // What is read in one go is read at one moment: nobody can have told this process of a later commit in between.
    if (isFresh && transactions === queue.transactions) return;
    isFresh = true;
    transactions = queue.transactions;
    queueMicrotask(age);
    let lsn = lastLsn();
    if (lsn < seen || lsn < queue.committedLsn) {
      // LSNs only grow: somebody opened the store at the moment of a commit, and reads begin before it.
      correct(db, last);
      lsn = lastLsn();
    }
    seen = lsn;
  };
}

/** Sees to it that transactions begin from the newest state. */
function correct(db: RootDatabase<Buffer, Buffer>, last: LastTransaction): void {
  db.transactionSync(() => last.correct(db.getWriteTxnId()), SYNCHRONOUS);
}

async function release(folder: string, env: Shared): Promise<void> {
  const { db, queue, ...files } = await env.opened;
  env.handles -= 1;
  const isIdle = await queue.idle();
  // While somebody else holds the lock for ever, closing would wait for ever too: leave it open then.
  if (env.handles > 0 || !isIdle || shared.get(folder) !== env) return;
  shared.delete(folder);
  queue.rest();
  closing.set(folder, closed(folder, db, files));
  await closing.get(folder);
}

function openChecked(folder: string, location: string): Pick<Opened, 'db' | 'last' | 'journal'> {
  let db: RootDatabase<Buffer, Buffer> | undefined;
  let last: LastTransaction | undefined;
  let journal: Journal | undefined;
  try {
    db = openDatabase(folder);
    last = new LastTransaction(folder);
    // Opening may have set back what others read from.
    if (process.platform === 'linux') {
      journal = new Journal(folder, db, last.data);
      recover(db, last, journal);
    } else {
      correct(db, last);
      refuseLeft(folder, last, location);
    }
    checkFormat(db, last, location);
    return { db, last, journal };
  } catch (error) {
    if (db !== undefined) closing.set(folder, closed(folder, db, { last, journal }));
    throw lmdbFailure(location, error);
  }
}

/** Where nothing is journaled, a journal may have come with a folder. */
function refuseLeft(folder: string, last: LastTransaction, location: string): void {
  if (leftInFile(join(folder, JOURNAL_FILE), last.data.newest) === undefined) return;
  throw new StoreCorruptError(
    location,
    'it was not closed on the Linux system that it comes from: open it there once',
  );
}

async function closed(
  folder: string,
  db: RootDatabase<Buffer, Buffer>,
  files: { readonly [Name in keyof Files]: Files[Name] | undefined },
): Promise<void> {
  try {
    await db.close();
    files.last?.close();
    files.journal?.close();
  } finally {
    closing.delete(folder);
  }
}

function openDatabase(folder: string): RootDatabase<Buffer, Buffer> {
  const withMap = (mapSize: number | undefined) =>
    open<Buffer, Buffer>({
      path: folder,
      noSubdir: false,
      keyEncoder: { writeKey, readKey: copyOfPart },
      encoder: { encode: (value: Buffer) => value, decode: copyOfRead },
      // Commit, flush and acknowledgement in that order, as LMDB itself does: nobody sees what could still be lost.
      overlappingSync: false,
      // The write queue groups. With lmdb-js's own grouping a failed commit leaves a rejected promise that nobody holds.
      eventTurnBatching: false,
      maxReaders: 1024,
      ...(mapSize === undefined ? {} : { mapSize }),
    });
  if (process.platform === 'win32') return withMap(undefined);
  try {
    return withMap(MAP_BYTES);
  } catch (error) {
    // Little address space (ulimit -v): start small then.
    if (error instanceof Error && /cannot allocate memory/i.test(error.message)) return withMap(undefined);
    throw error;
  }
}

function writeKey(key: Buffer, target: Buffer, start: number): number {
  target.set(key, start);
  return start + key.length;
}

function checkFormat(db: RootDatabase<Buffer, Buffer>, last: LastTransaction, location: string): void {
  const check = (): boolean => {
    const stored = db.get(FORMAT_KEY);
    if (stored === undefined) {
      if (db.getKeysCount({ start: Buffer.from([0]), limit: 1 }) > 0) {
        throw new NotAStoreError(location, 'it is an LMDB database of something else');
      }
      return false;
    }
    const version = versionOf(stored);
    if (version === undefined) throw new StoreCorruptError(location, 'its format record is unreadable');
    if (version === WITHOUT_JOURNAL) return false;
    if (version !== FORMAT) throw new StoreVersionError(location, version, FORMAT);
    return true;
  };
  // Others may be making the same store, or bringing it up to date, so look again under the lock; once more if it was
  // not seen in its newest state.
  while (!check()) {
    db.transactionSync(() => {
      if (last.correct(db.getWriteTxnId()) || check()) return;
      db.putSync(FORMAT_KEY, Buffer.from(JSON.stringify({ argon: FORMAT })));
    }, SYNCHRONOUS);
    db.resetReadTxn();
  }
}

function versionOf(stored: Buffer): number | undefined {
  try {
    const { argon } = JSON.parse(stored.toString('utf8')) as { argon?: unknown };
    return typeof argon === 'number' ? argon : undefined;
  } catch {
    return undefined;
  }
}
