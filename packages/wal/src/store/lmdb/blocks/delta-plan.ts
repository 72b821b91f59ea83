import { encodeDelta } from '../../../delta/delta';
import {
  type DraftCommit,
  type DraftEntry,
  isProvisional,
  type Lsn,
  PROVISIONAL_BASE,
} from '../../../entry/entry';
import { ArgonError } from '../../../errors';
import type { BranchRecord } from '../../../refs/records';
import type { PlannedDelta } from './item';
import type { Version, VersionReader } from './version-reader';

/** Documents below this size are stored whole: a delta would save little, and reading it costs a second look-up. */
const MIN_DOCUMENT = 512;
/** After this many deltas comes an image. */
const MAX_DELTAS = 8;

/** What is to be stored of the entries of a group, in their order, and how. */
export interface DeltaPlan {
  /** The deltas; undefined where a document is stored whole. */
  readonly deltas: readonly (PlannedDelta | undefined)[];
  /** The versions that the group makes of larger documents, for the next deltas. */
  readonly versions: readonly (Version | undefined)[];
}

/** Entry `n` of a group is stored whole if the plan does not say otherwise. */
export const WHOLE: DeltaPlan = { deltas: [], versions: [] };

/**
 * Finds out which updates of a group are stored as deltas. Entries never change, so this is done before the write
 * transaction, of which there is only one at a time.
 */
export function planDeltas(
  versions: VersionReader,
  branchId: number,
  commits: readonly DraftCommit[],
  branchById: (id: number) => BranchRecord | undefined,
): DeltaPlan {
  if (!commits.some((commit) => commit.entries.some(isLargeUpdate))) return WHOLE;
  const planner = new Planner(versions, branchId, branchById);
  for (const commit of commits) for (const entry of commit.entries) planner.add(entry);
  return planner;
}

function isLargeUpdate(entry: DraftEntry): boolean {
  return entry.operation === 'update' && entry.prevLsn > 0 && (entry.document?.length ?? 0) >= MIN_DOCUMENT;
}

class Planner implements DeltaPlan {
  readonly deltas: (PlannedDelta | undefined)[] = [];
  readonly versions: (Version | undefined)[] = [];
  readonly #reader: VersionReader;
  readonly #branchId: number;
  readonly #branchById: (id: number) => BranchRecord | undefined;

  constructor(reader: VersionReader, branchId: number, branchById: (id: number) => BranchRecord | undefined) {
    this.#reader = reader;
    this.#branchId = branchId;
    this.#branchById = branchById;
  }

  add(entry: DraftEntry): void {
    const { document, prevLsn } = entry;
    let delta: PlannedDelta | undefined;
    let version: Version | undefined;
    if (document !== null && isLargeUpdate(entry)) {
      const baseBranchId = isProvisional(prevLsn) ? this.#branchId : this.#ownerOf(prevLsn);
      const base = baseBranchId === undefined ? undefined : this.#base(baseBranchId, prevLsn);
      const bytes = base && deltaOf(base, document);
      if (base !== undefined && bytes !== undefined) {
        delta = { bytes, baseBranchId: baseBranchId! };
        version = { document, deltas: base.deltas + 1, deltaBytes: base.deltaBytes + bytes.length };
      }
      version ??= image(document);
    } else if (document !== null && document.length >= MIN_DOCUMENT) {
      version = image(document);
    }
    this.deltas.push(delta);
    this.versions.push(version);
  }

  #base(branchId: number, prevLsn: Lsn): Version | undefined {
    if (isProvisional(prevLsn)) return this.versions[(prevLsn - PROVISIONAL_BASE) / 2];
    try {
      return this.#reader.version(branchId, prevLsn);
    } catch (error) {
      // What is damaged is no reason to refuse what is new and whole.
      if (error instanceof ArgonError) return undefined;
      throw error;
    }
  }

  /**
   * On whose chain a version visible on the branch lies: that of the nearest branch, from this one up, that is older
   * than it. For what a branch shows of its parent is older than the branch itself.
   */
  #ownerOf(lsn: Lsn): number | undefined {
    let id: number | null = this.#branchId;
    while (lsn <= id) {
      id = this.#branchById(id)?.parentId ?? null;
      if (id === null) return undefined;
    }
    return id;
  }
}

function image(document: Uint8Array): Version {
  return { document, deltas: 0, deltaBytes: 0 };
}

/** Worth it if it is less than half the document, and all deltas since the image together are less than one. */
function deltaOf(base: Version, document: Uint8Array): Buffer | undefined {
  if (base.deltas >= MAX_DELTAS) return undefined;
  const most = Math.min(document.length >> 1, document.length - base.deltaBytes);
  return most <= 0 ? undefined : encodeDelta(base.document, document, most);
}
