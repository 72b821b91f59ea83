import { BranchDirectory, LegacyBranchService, LegacyDatabase } from '@argon/branch/prefix';
import type { Collection, Db } from 'mongodb';
import { PEOPLE, indexPeople, loadPeople } from '../documents/load';
import type { Person } from '../documents/person';
import { PROJECT } from '../subjects/argon';
import type { MongodPeer } from './mongod';

/** A database of mongod whose branches are collections under prefixes, with a branch `main`, as Argon serves them. */
export interface Traditional {
  /** `mongodb://…/database` */
  readonly address: string;
  readonly db: Db;
  /** Makes branches by copying, and deletes them. */
  readonly service: LegacyBranchService;
  /** The people of a branch, as they lie in mongod. */
  people(branch: string): Collection<Person>;
  /** Drops it. */
  close(): Promise<void>;
}

/** A new one whose `main` has the first `size` people. @param indexed whether they have their two indexes */
export async function traditional(mongod: MongodPeer, size: number, indexed: boolean): Promise<Traditional> {
  const { db, drop } = mongod.database();
  const address = mongod.address(db.databaseName);
  await db.collection('branches').insertOne({ name: 'main', project_id: PROJECT, created_at: new Date() });
  const main = underPrefix('main');
  await loadPeople(db, size, main);
  if (indexed) await indexPeople(db, main);
  const database = await LegacyDatabase.open(address);
  return {
    address,
    db,
    service: new LegacyBranchService(new BranchDirectory(database, PROJECT)),
    people: (branch) => db.collection<Person>(underPrefix(branch)),
    close: async () => {
      await database.close();
      await drop();
    },
  };
}

/** What a branch's people are called in mongod. */
function underPrefix(branch: string): string {
  return `${branch}_${PEOPLE}`;
}
