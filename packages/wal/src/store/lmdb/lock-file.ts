import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * Who holds the write lock, from the lock file itself. Opening an environment takes that lock on the main thread, so
 * if somebody sits on it the process would hang without a word. Layout: MDB_txninfo of lmdb-js and glibc's
 * pthread_mutex_t, on Linux; what does not look like that is not judged.
 *
 * The file must not be touched while this process has the environment open: closing any descriptor of it would drop
 * the process's locks.
 */
const MAGIC = 0xbeefc0de;
const TRANSACTION = 8;
const MUTEX = 64;
const MUTEX_OWNER = MUTEX + 8;
const MUTEX_KIND = MUTEX + 16;
/** Robust and shared between processes. */
const KIND = 0x90;
const THREAD_MASK = 0x3fffffff;
/** Set by whoever goes to sleep for the lock, and by whoever was woken for it. */
const WAITERS = 0x80000000;
const BYTES = 96;

interface Holder {
  readonly thread: number;
  /** The last transaction committed. */
  readonly transaction: bigint;
}

function holderOf(path: string): Holder | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  const bytes = Buffer.alloc(BYTES);
  try {
    if (readSync(file, bytes, 0, BYTES, 0) < BYTES) return undefined;
  } finally {
    closeSync(file);
  }
  if (bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt32LE(MUTEX_KIND) !== KIND) return undefined;
  const thread = bytes.readUInt32LE(MUTEX) & THREAD_MASK;
  if (thread === 0 || thread !== bytes.readUInt32LE(MUTEX_OWNER)) return undefined;
  // The lock of a thread that has died is taken over by the next who asks for it.
  if (!existsSync(`/proc/${thread}`)) return undefined;
  return { thread, transaction: bytes.readBigUInt64LE(TRANSACTION) };
}

const lockWord = Buffer.alloc(4);

/** Whether anybody holds the write lock, and somebody waits for it, by the open lock file; undefined where that cannot be told. */
export function lockState(file: number): 'free' | 'held' | 'awaited' | undefined {
  if (process.platform !== 'linux') return undefined;
  readSync(file, lockWord, 0, lockWord.length, MUTEX);
  const word = lockWord.readUInt32LE();
  if (word === 0) return 'free';
  return (word & WAITERS) === 0 ? 'held' : 'awaited';
}

/** The process that a thread belongs to. */
function processOf(thread: number): number {
  try {
    return Number(/^Tgid:\s*(\d+)/m.exec(readFileSync(`/proc/${thread}/status`, 'utf8'))?.[1] ?? thread);
  } catch {
    return thread;
  }
}

/**
 * Waits while one and the same transaction holds the write lock, at most `timeoutMs`. Returns the id of the process
 * that still does then; undefined once the lock has been let go, if only for a moment.
 */
export async function processThatKeepsLock(path: string, timeoutMs: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const first = holderOf(path);
  if (first === undefined) return undefined;
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    await sleep(20);
    const now = holderOf(path);
    if (now?.thread !== first.thread || now.transaction !== first.transaction) return undefined;
  }
  return processOf(first.thread);
}
