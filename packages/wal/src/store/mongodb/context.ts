import type { MongoClient } from 'mongodb';
import type { Collections } from './collections';
import type { ChainEnds } from './log/heads';
import type { LsnLeases } from './log/leases';
import type { Turns } from './log/turns';
import type { LogWriter } from './log/writer';

/** What the parts of an open store share. */
export interface StoreContext {
  readonly client: MongoClient;
  readonly location: string;
  readonly collections: Collections;
  readonly ends: ChainEnds;
  readonly leases: LsnLeases;
  readonly writer: LogWriter;
  readonly turns: Turns;
  /** The clock, ms since the epoch. */
  readonly now: () => number;
}
