import { ArgonClient } from '@argon/driver';
import { PEOPLE } from '../../documents/load';
import { person, personId } from '../../documents/person';
import { PROJECT } from '../../subjects/argon';

/** Opens a store and reads one document by `_id`, in a process that has done nothing before. ms */
export async function coldOpen({ address, index }: { address: string; index: number }): Promise<number> {
  const from = performance.now();
  const client = new ArgonClient(address);
  const found = await client
    .db(PROJECT)
    .collection(PEOPLE)
    .findOne({ _id: personId(index) });
  const ms = performance.now() - from;
  if (found?.['email'] !== person(index).email) throw new Error(`Document ${index} was not found.`);
  await client.close();
  return ms;
}
