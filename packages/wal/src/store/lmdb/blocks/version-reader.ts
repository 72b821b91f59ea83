import { LRUCache } from 'lru-cache';
import { applyDelta } from '../../../delta/delta';
import type { Commit, Lsn } from '../../../entry/entry';
import { StoreCorruptError } from '../../errors';
import { copyOfPart } from '../copy';
import type { Block, BlockItem } from './block';
import type { BlockReader } from './block-reader';
import { HAS_DOCUMENT, HAS_ID, IS_DELTA } from './layout';

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
  document(branchId: number, block: Block, item: BlockItem): Uint8Array | null {
    if ((item.shape & HAS_DOCUMENT) === 0) return null;
    if (item.shape & IS_DELTA) return this.#version(branchId, block, item).document;
    return this.#image(branchId, block, item);
  }

  /** The version at an LSN; undefined if there is none. @throws StoreCorruptError */
  version(branchId: number, lsn: Lsn): Version | undefined {
    const known = this.#cache?.get(lsn);
    if (known !== undefined) return known;
    const block = this.#blocks.covering(branchId, lsn);
    const item = block?.item(lsn);
    if (block === undefined || item === undefined || (item.shape & HAS_DOCUMENT) === 0) return undefined;
    return this.#version(branchId, block, item);
  }

  /** Keeps the versions that a group has made, which has been committed: the next ones will be deltas of them. */
  committed(commits: readonly Commit[], versions: readonly (Version | undefined)[]): void {
    let n = 0;
    for (const { entries } of versions.length === 0 ? [] : commits) {
      for (const { lsn } of entries) {
        const version = versions[n++];
        if (version !== undefined) this.#cache?.set(lsn, version);
      }
    }
  }

  #version(branchId: number, block: Block, item: BlockItem): Version {
    const known = this.#cache?.get(item.lsn);
    if (known !== undefined) return known;
    const deltas: Buffer[] = [];
    let place = { branchId, block, item };
    let base: Version | undefined;
    while (base === undefined && place.item.shape & IS_DELTA) {
      deltas.push(this.#content(place.branchId, place.block, place.item));
      const baseBranchId = place.item.baseBranchId || place.branchId;
      const baseLsn = place.item.prevLsn;
      base = this.#cache?.get(baseLsn);
      if (base !== undefined) break;
      const baseBlock = this.#blocks.covering(baseBranchId, baseLsn);
      const baseItem = baseBlock?.item(baseLsn);
      if (baseBlock === undefined || baseItem === undefined || deltas.length > MAX_CHAIN) {
        throw this.#corrupt(branchId, item.lsn, `the version it is stored as a delta of (${baseLsn}) is missing`);
      }
      place = { branchId: baseBranchId, block: baseBlock, item: baseItem };
    }
    base ??= { document: this.#image(place.branchId, place.block, place.item), deltas: 0, deltaBytes: 0 };
    const version = this.#applied(branchId, item, base, deltas);
    this.#cache?.set(item.lsn, version);
    return version;
  }

  #applied(branchId: number, item: BlockItem, base: Version, deltas: readonly Buffer[]): Version {
    let { document, deltaBytes } = base;
    try {
      for (let i = deltas.length - 1; i >= 0; i--) {
        document = applyDelta(document, deltas[i]!);
        deltaBytes += deltas[i]!.length;
      }
    } catch (error) {
      if (error instanceof RangeError) throw this.#corrupt(branchId, item.lsn, error.message);
      throw error;
    }
    return { document, deltas: base.deltas + deltas.length, deltaBytes };
  }

  #image(branchId: number, block: Block, item: BlockItem): Buffer {
    const content = this.#content(branchId, block, item);
    // Alone in its block, it shares its memory with nothing.
    return block.items.length === 1 ? content : copyOfPart(content, 0, content.length);
  }

  /** A document or delta: a view. */
  #content(branchId: number, block: Block, item: BlockItem): Buffer {
    const payload = this.#blocks.payload(branchId, block, item);
    return (item.shape & HAS_ID) === 0 ? payload : payload.subarray(payload.readInt32LE(0));
  }

  #corrupt(branchId: number, lsn: Lsn, problem: string): StoreCorruptError {
    return new StoreCorruptError(this.#location, `entry ${lsn} of branch ${branchId}: ${problem}`);
  }
}
