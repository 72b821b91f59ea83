/**
 * One of several processes that move money between accounts, each transfer a transaction. Arguments: address, worker's
 * number, how many transfers. Prints a line of JSON when done: how often what a transaction saw did not add up.
 */
import { ArgonClient } from '../../client/argon-client';

interface Account {
  _id: number;
  balance: number;
}

const [address, worker, count] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];
const client = new ArgonClient(address);
const accounts = client.db('bank').collection<Account>('accounts');
const journal = client.db('bank').collection<{ _id: string; amount: number }>('journal');
const session = client.startSession();
let torn = 0;
let sum: number | undefined;

for (let i = 0; i < count; i++) {
  await session.withTransaction(async () => {
    const all = await accounts.find({}, { session }).toArray();
    const total = all.reduce((so, { balance }) => so + balance, 0);
    sum ??= total;
    if (total !== sum) torn += 1;
    const [from, to] = [all[(worker + i) % all.length]!, all[(worker + 3 * i + 1) % all.length]!];
    const amount = 1 + (i % 5);
    await accounts.updateOne({ _id: from._id }, { $set: { balance: from.balance - amount } }, { session });
    const now = await accounts.findOne({ _id: to._id }, { session });
    await accounts.updateOne({ _id: to._id }, { $set: { balance: now!.balance + amount } }, { session });
    await journal.insertOne({ _id: `${worker}-${i}`, amount }, { session });
  });
}

await session.endSession();
await client.close();
process.stdout.write(`${JSON.stringify({ transfers: count, torn })}\n`);
