import { isDeepStrictEqual } from 'node:util';
import type { ClientSession, Document, MongoClient } from 'mongodb';
import { Mismatch } from '../match/mismatch';
import { operationTable, type OperationContext } from './operation';

/** Operations of the runner itself: fail points, and what can be asserted about driver and server. */
export const testRunnerOperations = operationTable<undefined>({
  createEntities: async (_, { entities: descriptions }, { entities }) => entities.create(descriptions),

  failPoint: async (_, { client, failPoint, session }, { entities, failPoints }) => {
    failPoints.add(String(failPoint.configureFailPoint));
    await entities.client(client).client.db('admin').command(failPoint, { session });
  },

  assertCollectionExists: async (_, args, { own }) =>
    expectIn(await collectionNames(own, args), 'collection', args, true),
  assertCollectionNotExists: async (_, args, { own }) =>
    expectIn(await collectionNames(own, args), 'collection', args, false),
  assertIndexExists: async (_, args, { own }) => expectIn(await indexNames(own, args), 'index', args, true),
  assertIndexNotExists: async (_, args, { own }) =>
    expectIn(await indexNames(own, args), 'index', args, false),

  assertSameLsidOnLastTwoCommands: async (_, args, context) => expectSameLsid(args, context, true),
  assertDifferentLsidOnLastTwoCommands: async (_, args, context) => expectSameLsid(args, context, false),

  assertSessionDirty: async (_, { session }) => expectDirty(session, true),
  assertSessionNotDirty: async (_, { session }) => expectDirty(session, false),
  assertSessionTransactionState: async (_, { session, state }) => {
    const actual = (session as unknown as { transaction: { state: string } }).transaction.state;
    if (STATES.get(state)?.includes(actual) !== true) throw new Mismatch('transaction state', state, actual);
  },

  assertNumberConnectionsCheckedOut: async (_, { client, connections }, { entities }) => {
    const actual = entities.client(client).connectionsCheckedOut;
    if (actual !== connections) throw new Mismatch('connections checked out', connections, actual);
  },
});

/** The driver's words for the states of a transaction. */
const STATES = new Map([
  ['none', ['NO_TRANSACTION']],
  ['starting', ['STARTING_TRANSACTION']],
  ['in_progress', ['TRANSACTION_IN_PROGRESS']],
  ['committed', ['TRANSACTION_COMMITTED', 'TRANSACTION_COMMITTED_EMPTY']],
  ['aborted', ['TRANSACTION_ABORTED']],
]);

async function collectionNames(
  own: MongoClient,
  { databaseName, collectionName }: Document,
): Promise<string[]> {
  const found = await own.db(databaseName).listCollections({ name: collectionName }).toArray();
  return found.map(({ name }) => name);
}

async function indexNames(own: MongoClient, { databaseName, collectionName }: Document): Promise<string[]> {
  const isThere = (await collectionNames(own, { databaseName, collectionName })).length > 0;
  if (!isThere) return [];
  return (await own.db(databaseName).collection(collectionName).indexes()).map(({ name }) => String(name));
}

function expectIn(
  names: readonly string[],
  kind: 'collection' | 'index',
  args: Document,
  isWanted: boolean,
): void {
  const name = args[`${kind}Name`] as string;
  if (names.includes(name) !== isWanted) throw new Mismatch(`${kind} ${name}`, isWanted, !isWanted);
}

function expectSameLsid({ client }: Document, { entities }: OperationContext, isWanted: boolean): void {
  const [first, second] = entities.client(client).lastCommands(2);
  if (first?.['lsid'] === undefined || second?.['lsid'] === undefined) {
    throw new Mismatch('lsid of the last two commands', 'both', [first, second]);
  }
  if (isDeepStrictEqual(first['lsid'], second['lsid']) !== isWanted) {
    throw new Mismatch('lsid of the last two commands', isWanted ? 'same' : 'different', [first, second]);
  }
}

function expectDirty(session: ClientSession, isWanted: boolean): void {
  const { isDirty } = session.serverSession;
  if (isDirty !== isWanted) throw new Mismatch('session is dirty', isWanted, isDirty);
}
