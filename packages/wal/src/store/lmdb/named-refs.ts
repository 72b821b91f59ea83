import { LRUCache } from 'lru-cache';
import type { RootDatabase } from 'lmdb';
import type { BranchRecord, ProjectRecord } from '../../refs/records';
import { copyOfRead } from './copy';
import { branchKey, branchNameKey, projectKey, projectNameKey, readU64BE } from './keys';
import { decodeBranch, decodeProject } from './record-codec';

/** A record as it was decoded last, and of what. */
interface Named<R> {
  readonly nameKey: Buffer;
  id: number;
  recordKey: Buffer;
  bytes: Buffer;
  record: R | undefined;
}

/** Names whose records are kept. */
const MAX_NAMES = 1_000;

const NO_BYTES = Buffer.alloc(0);

/**
 * Projects and branches by name, which every command asks for. What lies in the store is looked at each time; it is
 * decoded only when it has changed.
 */
export class NamedRefs {
  readonly #db: RootDatabase<Buffer, Buffer>;
  readonly #projects = new LRUCache<string, Named<ProjectRecord>>({ max: MAX_NAMES });
  readonly #branches = new LRUCache<string, Named<BranchRecord>>({ max: MAX_NAMES });

  constructor(db: RootDatabase<Buffer, Buffer>) {
    this.#db = db;
  }

  /** In the current read transaction. */
  project(name: string): ProjectRecord | undefined {
    let named = this.#projects.get(name);
    if (named === undefined) this.#projects.set(name, (named = unread(projectNameKey(name))));
    return this.#record(named, projectKey, decodeProject);
  }

  /** In the current read transaction. */
  branch(projectId: number, name: string): BranchRecord | undefined {
    const both = `${projectId} ${name}`;
    let named = this.#branches.get(both);
    if (named === undefined) this.#branches.set(both, (named = unread(branchNameKey(projectId, name))));
    return this.#record(named, branchKey, (id, bytes) => decodeBranch(id, bytes).record);
  }

  #record<R>(
    named: Named<R>,
    keyOf: (id: number) => Buffer,
    decode: (id: number, bytes: Buffer) => R,
  ): R | undefined {
    const stored = this.#db.getBinaryFast(named.nameKey);
    if (stored === undefined) return undefined;
    const id = readU64BE(stored, 0);
    if (id !== named.id) {
      named.id = id;
      named.recordKey = keyOf(id);
      named.bytes = NO_BYTES;
    }
    const bytes = this.#db.getBinaryFast(named.recordKey);
    if (bytes === undefined) return undefined;
    if (named.record === undefined || !areSame(named.bytes, bytes)) {
      named.bytes = copyOfRead(bytes);
      named.record = decode(id, named.bytes);
    }
    return named.record;
  }
}

/** Byte by byte: see `copyOfPart`. */
function areSame(kept: Buffer, read: Uint8Array): boolean {
  if (kept.length !== read.length) return false;
  for (let i = 0; i < kept.length; i++) if (kept[i] !== read[i]) return false;
  return true;
}

function unread<R>(nameKey: Buffer): Named<R> {
  return { nameKey, id: 0, recordKey: NO_BYTES, bytes: NO_BYTES, record: undefined };
}
