import type { Document } from 'mongodb';
import type { Program } from '../program';
import { eventsOf, marking, plain } from './watching';

type Row = Document & { _id: number };

/** Whether a transaction's events name the session and the number that its client knows. */
function namesItself({ lsid, txnNumber }: Document, session: { id?: Document; txnNumber: number }): boolean {
  return String(lsid.id) === String(session.id?.['id']) && txnNumber === session.txnNumber;
}

/** Streams of what commands and transactions leave behind. */
export const commandPrograms: readonly Program[] = [
  {
    name: 'a change stream of collMod, whether it changes anything or not',
    run: async ({ db }) => {
      await db.createCollection('table', { validator: { a: 1 } });
      await db.createCollection('there');
      await db.collection('table').createIndex({ x: 1 }, { expireAfterSeconds: 100 });
      await db.createCollection('ring', { capped: true, size: 4096 });
      await db.createCollection('view', { viewOn: 'table', pipeline: [] });
      const modify = async () => {
        const named = (index: Document) => ({ name: 'x_1', ...index });
        for (const change of [
          {},
          { validator: { a: 1 } },
          { validator: {} },
          { validator: {} },
          { validationAction: 'warn', validationLevel: 'strict' },
          { changeStreamPreAndPostImages: { enabled: false } },
          { changeStreamPreAndPostImages: { enabled: true }, comment: 'so' },
          { index: { keyPattern: { x: 1 }, expireAfterSeconds: 100 } },
          { index: named({ hidden: false }) },
          { index: named({ hidden: true }) },
          { validator: { b: 1 }, index: named({ hidden: true }) },
          { index: named({ hidden: false, expireAfterSeconds: 5 }) },
          { index: named({ prepareUnique: true }) },
          { index: named({ unique: true }), dryRun: true },
          { index: named({ unique: true }) },
          { index: named({ unique: true }) },
        ])
          await db.command({ collMod: 'table', ...change });
        await db.command({ collMod: 'ring', cappedSize: 4096 });
        await db.command({ collMod: 'ring', validationLevel: 'off', cappedMax: 4, cappedSize: 8000.5 });
        await db.command({ collMod: 'view' });
        await db.command({ collMod: 'view', pipeline: [{ $match: {} }], viewOn: 'table' });
      };
      const events = await eventsOf(
        db,
        { showExpandedEvents: true },
        modify,
        marking(db.collection('there')),
      );
      return [
        events.map(plain),
        (await db.listCollections({}, { nameOnly: false }).toArray())
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map(({ options }) => options),
      ];
    },
  },
  {
    name: 'a change stream of a transaction',
    run: async ({ client, db }) => {
      const table = db.collection<Row>('table');
      await table.insertOne({ _id: 0 });
      const session = client.startSession();
      const names: unknown[] = [];
      let known: { id?: Document; txnNumber: number } = { txnNumber: 0 };
      const events = await eventsOf(
        table,
        {},
        async () => {
          await session.withTransaction(async () => {
            await table.insertMany([{ _id: 1 }, { _id: 2 }], { session });
            await table.updateOne({ _id: 1 }, { $set: { a: 1 } }, { session });
            await table.replaceOne({ _id: 2 }, { b: 1 }, { session });
            await table.deleteOne({ _id: 0 }, { session });
          });
          const { id, txnNumber } = session.serverSession;
          known = { id, txnNumber };
          await table.insertOne({ _id: 3 }, { session });
        },
        marking(db.collection('table')),
      );
      for (const event of events) names.push('lsid' in event && namesItself(event, known));
      await session.endSession();
      return [names, events.map(plain), events.map((event) => Object.keys(event))];
    },
  },
];
