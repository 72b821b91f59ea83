import { LRUCache } from 'lru-cache';
import { applyDelta } from '../../../delta/delta';
import type { Commit, Lsn } from '../../../entry/entry';
import { StoreCorruptError } from '../../errors';
import { copyOfPart } from '../copy';
import type { BlockReader, Located } from './block-reader';
import { HAS_ASIDE, HAS_DOCUMENT, IS_DELTA } from './layout';

/** A document, and the deltas that it is made with: how many, and their bytes in all; 0 for an image. */
export interface Version {
  readonly document: Uint8Array;
  readonly deltas: number;
  readonly deltaBytes: number;
}

/** Bytes of documents kept that deltas were made of. */
const CACHE_BYTES = 8 << 20;
/** Longer chains are not written; one that seems longer is damage, and might have no end. */
const MAX_CHAIN = 1000;

/** Gives the documents of entries, whatever they are stored as. */
export class VersionReader {
  readonly #blocks: BlockReader;
  readonly #location: string;
  /** Versions that took part in deltas, by LSN. */
  readonly #cache: LRUCache<Lsn, Version> | undefined;

  constructor(blocks: BlockReader, location: string, hasCache: boolean) {
    this.#blocks = blocks;
    this.#location = location;
    if (hasCache) {
      this.#cache = new LRUCache({
        maxSize: CACHE_BYTES,
        sizeCalculation: ({ document }) => document.length + 100,
      });
    }
  }

  /** An entry's document in a buffer of its own; null if it has none. @throws StoreCorruptError */
  document(located: Located): Uint8Array | null {
    const { shape } = located.item;
    if ((shape & HAS_DOCUMENT) === 0) return null;
    return shape & IS_DELTA ? this.#version(located).document : this.#image(located);
  }

  /** The version at an LSN; undefined if there is none. @throws StoreCorruptError */
  version(branchId: number, lsn: Lsn): Version | undefined {
    const known = this.#cache?.get(lsn);
    if (known !== undefined) return known;
    const located = this.#blocks.item(branchId, lsn);
    if (located === undefined || (located.item.shape & HAS_DOCUMENT) === 0) return undefined;
    return this.#version(located);
  }

  /** Keeps the versions that a group's updates made, once it is committed: the next ones will be deltas of them. */
  committed(commits: readonly Commit[], versions: readonly (Version | undefined)[]): void {
    if (versions.length === 0) return;
    let n = 0;
    for (const { entries } of commits) {
      for (const { lsn, operation } of entries) {
        const version = versions[n++];
        if (version === undefined || operation !== 'update') continue;
        // A copy, for the caller's bytes may be part of a whole message.
        this.#cache?.set(lsn, { ...version, document: Buffer.from(version.document) });
      }
    }
  }

  /** Forgets what it knows. */
  clear(): void {
    this.#cache?.clear();
  }

  #version(wanted: Located, isSecondTry = false): Version {
    const known = this.#cache?.get(wanted.item.lsn);
    if (known !== undefined) return known;
    const deltas: Buffer[] = [];
    let located = wanted;
    let base: Version | undefined;
    while (located.item.shape & IS_DELTA) {
      const { item, branchId } = located;
      deltas.push(this.#content(located));
      base = this.#cache?.get(item.prevLsn);
      if (base !== undefined) break;
      const previous = this.#blocks.item(item.baseBranchId || branchId, item.prevLsn);
      if (previous === undefined && !isSecondTry) return this.#again(wanted);
      if (previous === undefined || deltas.length > MAX_CHAIN) {
        throw this.#corrupt(wanted, `the version it is stored as a delta of (${item.prevLsn}) is missing`);
      }
      located = previous;
    }
    base ??= { document: this.#image(located), deltas: 0, deltaBytes: 0 };
    const version = this.#applied(wanted, base, deltas);
    this.#cache?.set(wanted.item.lsn, version);
    return version;
  }

  /** Another process may have taken the base away, and made an image of what is known here as a delta. */
  #again(wanted: Located): Version {
    this.#blocks.clear();
    const { branchId, item } = wanted;
    return this.#version(this.#blocks.item(branchId, item.lsn) ?? wanted, true);
  }

  #applied(wanted: Located, base: Version, deltas: readonly Buffer[]): Version {
    let { document, deltaBytes } = base;
    try {
      for (let i = deltas.length - 1; i >= 0; i--) {
        document = applyDelta(document, deltas[i]!);
        deltaBytes += deltas[i]!.length;
      }
    } catch (error) {
      if (error instanceof RangeError) throw this.#corrupt(wanted, error.message);
      throw error;
    }
    return { document, deltas: base.deltas + deltas.length, deltaBytes };
  }

  #image(located: Located): Buffer {
    const content = this.#content(located);
    // Alone in its block, it shares its memory with nothing.
    return located.block.count === 1 ? content : copyOfPart(content, 0, content.length);
  }

  /** A document or delta: a view. */
  #content({ branchId, block, item }: Located): Buffer {
    const payload = this.#blocks.payload(branchId, block, item);
    return (item.shape & HAS_ASIDE) === 0 ? payload : payload.subarray(payload.readInt32LE(0));
  }

  #corrupt({ branchId, item }: Located, problem: string): StoreCorruptError {
    return new StoreCorruptError(this.#location, `entry ${item.lsn} of branch ${branchId}: ${problem}`);
  }
}
