import type { Db, MongoClient } from 'mongodb';

/** What a program may use: the official classes, whoever made them. */
export interface Stage {
  readonly client: MongoClient;
  /** A database of the program's own, empty at the start. */
  readonly db: Db;
}

/**
 * A user's program, as it would be written against MongoDB. What it returns must not depend on chance (generated ids,
 * times), so that two servers can be compared.
 */
export interface Program {
  readonly name: string;
  run(stage: Stage): Promise<unknown>;
}

/** What an error says to a program that handles it. */
export async function failure(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return { succeeded: await work() };
  } catch (error) {
    const { name, code, codeName, writeErrors } = error as {
      name: string;
      code?: number;
      codeName?: string;
      writeErrors?: unknown;
    };
    const errors = Array.isArray(writeErrors)
      ? writeErrors.map((each: { index: number; code: number }) => ({ index: each.index, code: each.code }))
      : undefined;
    return { failed: name, code, codeName, errors };
  }
}
