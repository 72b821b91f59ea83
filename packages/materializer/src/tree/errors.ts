import { ArgonError, type ChunkHash } from '@argon/wal';

/** A tree names a chunk that the chunk store does not have: it was removed, or never arrived. */
export class ChunkMissingError extends ArgonError {
  constructor(readonly hash: ChunkHash) {
    super(
      'ARGON_MATERIALIZER_CHUNK_MISSING',
      `Chunk ${hash} of a snapshot is not in the chunk store. Everything in a snapshot can be computed from the log: ` +
        'remove the snapshots that need it and take new ones.',
      { hash },
    );
  }
}

/** A chunk's bytes are not what its hash was made of, or are in a format that this version does not know. */
export class ChunkDamagedError extends ArgonError {
  constructor(
    readonly hash: ChunkHash,
    what: string,
  ) {
    super(
      'ARGON_MATERIALIZER_CHUNK_DAMAGED',
      `Chunk ${hash} of a snapshot cannot be read: ${what}. Everything in a snapshot can be computed from the log: ` +
        'remove the snapshots that need it and take new ones.',
      { hash },
    );
  }
}

/** A tree was given keys out of order, the same key twice, or a key or value that it cannot hold. */
export class TreeInputError extends ArgonError {
  constructor(what: string) {
    super(
      'ARGON_MATERIALIZER_TREE_INPUT',
      `The tree was not changed: ${what}. Give ascending keys, each once: integers from 0 to 2^53 - 1, or strings of ` +
        'code units 0 to 255; values are integers from 0 to 2^53 - 1.',
    );
  }
}
