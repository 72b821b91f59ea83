import { ArgonClient } from '@argon/driver';
import { MongoClient } from 'mongodb';
import { PEOPLE } from '../../documents/load';
import type { Person } from '../../documents/person';
import { sideOf, type Load, type Side } from '../../sampling/everyday-load';
import { PROJECT } from '../../subjects/argon';

/** Where a side's people are: in a store that it opens itself, or in a database of a server. */
export type Place = { readonly store: string } | { readonly uri: string; readonly database: string };

/** What the parent asks: to do a load, for the totals, or to end. */
export type Question = { readonly load: Load } | { readonly totals: true } | { readonly end: true };
export type Reply = { readonly value: unknown } | { readonly failure: string };

/** Answers questions about one collection until it is told to end. */
export async function everydaySide(place: Place): Promise<void> {
  const client = await connect(place);
  const database = 'store' in place ? PROJECT : place.database;
  const side = sideOf(client.db(database).collection<Person>(PEOPLE));
  await new Promise<void>((resolve) => {
    process.on('message', (question: Question) => {
      if ('end' in question) return resolve();
      void answer(side, question).then((reply) => process.send!(reply));
    });
    process.send!({ value: 'ready' } satisfies Reply);
  });
  await client.close();
}

function connect(place: Place): Promise<MongoClient> {
  return 'store' in place ? new ArgonClient(place.store).connect() : MongoClient.connect(place.uri);
}

async function answer(side: Side, question: Exclude<Question, { end: true }>): Promise<Reply> {
  try {
    return { value: 'load' in question ? await side.run(question.load) : await side.totals() };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
