/** lmdb-js's flag for a transaction that is on disk when it returns. */
export const SYNCHRONOUS = 2;

/** Its flags for one that is written, seen by all when it returns, and not flushed. */
export const NOT_FLUSHED = 0x10000 | SYNCHRONOUS;
