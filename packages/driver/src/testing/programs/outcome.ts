import { EJSON } from 'bson';
import type { MongoClient } from 'mongodb';
import type { Program } from './program';

/**
 * What came of a program in a database, types and order exact. The database is dropped afterwards.
 * @param look at what the program left
 */
export async function outcome(
  client: MongoClient,
  program: Program,
  name: string,
  look?: () => Promise<void>,
): Promise<string> {
  const db = client.db(name);
  try {
    const result = await program.run({ client, db });
    await look?.();
    // The database's name is the one thing that must differ.
    return EJSON.stringify({ result }, undefined, 2, { relaxed: false }).replaceAll(name, 'DATABASE');
  } finally {
    await db.dropDatabase();
  }
}
