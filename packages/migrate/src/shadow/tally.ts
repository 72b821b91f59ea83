import type { LegacyDatabase } from '@argon/branch/prefix';

/** Where the legacy database keeps what came of reads that both sides were asked. */
const SHADOW_READS = 'argon_shadow_reads';

/** A read that both sides answered differently. */
export interface ShadowDifference {
  readonly at: Date;
  /** The command that both were asked, as extended JSON. */
  readonly command: string;
  /** For people. */
  readonly problem: string;
}

/** What came of the reads of a branch that both sides were asked, in all processes, since it was last forgotten. */
export interface ShadowTally {
  readonly branch: string;
  /** Answers that were the same. */
  readonly same: number;
  readonly different: number;
  /** Reads without one right answer (`$sample`), with too long a one, or of a moment that mongod does not have any more. */
  readonly skipped: number;
  /** The last ten that differed, newest first. */
  readonly differences: readonly ShadowDifference[];
}

/** What has come since it was last written down. */
export interface Counts {
  same: number;
  different: number;
  skipped: number;
  differences: ShadowDifference[];
}

const KEPT = 10;

interface TallyRecord {
  readonly _id: string;
  readonly same?: number;
  readonly different?: number;
  readonly skipped?: number;
  readonly differences?: readonly ShadowDifference[];
}

/** @throws the driver's errors */
export async function addToTally(
  { db }: LegacyDatabase,
  branch: string,
  { same, different, skipped, differences }: Counts,
): Promise<void> {
  await db.collection<TallyRecord>(SHADOW_READS).updateOne(
    { _id: branch },
    {
      $inc: { same, different, skipped },
      // The driver's types know no arrays of a record that is only read.
      $push: { differences: { $each: differences, $slice: -KEPT } } as never,
    },
    { upsert: true },
  );
}

/** @throws the driver's errors */
export async function readTally({ db }: LegacyDatabase, branch: string): Promise<ShadowTally> {
  const found = await db.collection<TallyRecord>(SHADOW_READS).findOne({ _id: branch });
  const { same = 0, different = 0, skipped = 0, differences = [] } = found ?? {};
  return { branch, same, different, skipped, differences: [...differences].reverse() };
}

/** What was counted counts no more. @throws the driver's errors */
export async function forgetTally({ db }: LegacyDatabase, branch: string): Promise<void> {
  await db.collection<TallyRecord>(SHADOW_READS).deleteOne({ _id: branch });
}
