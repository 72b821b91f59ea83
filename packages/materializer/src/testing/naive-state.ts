import type { Lsn } from '@argon/wal';

/** A document as the naive model holds it: bytes in hex, so that equal means equal byte for byte. */
export interface NaiveDocument {
  record: Lsn;
  lsn: Lsn;
  bytes: string;
}

/** Everything there is to say about a collection; documents by the hex of their `_id`'s encoding, in insertion order. */
export interface NaiveCollection {
  uuid: string;
  type: string;
  options: string;
  /** Specifications, in hex. */
  indexes: string[];
  documents: Map<string, NaiveDocument>;
}

/** What a branch shows, in plain Maps that are copied whole for every commit: slow, and plainly right. */
export interface NaiveState {
  lsn: Lsn;
  deleted: boolean;
  collections: Map<string, NaiveCollection>;
}

/** One branch of the model: what it showed at its start and after each of its commits, oldest first. */
export interface NaiveBranch {
  readonly id: number;
  readonly parent: NaiveBranch | undefined;
  readonly states: NaiveState[];
}

export function headOf(branch: NaiveBranch): NaiveState {
  return branch.states[branch.states.length - 1]!;
}

/** What a branch showed at an LSN: after its last commit up to there, or what its parent showed. */
export function shownAt(branch: NaiveBranch, lsn: Lsn): NaiveState | undefined {
  return (
    branch.states.findLast((state) => state.lsn <= lsn) ?? (branch.parent && shownAt(branch.parent, lsn))
  );
}

export function copyOf(state: NaiveState): NaiveState {
  return structuredClone(state);
}
