import type { ClientSession } from 'mongodb';
import type { SpecOperation } from '../suite';
import { operationTable } from './operation';

/** Operations of a session. */
export const sessionOperations = operationTable<ClientSession>({
  abortTransaction: (session) => session.abortTransaction(),
  commitTransaction: (session) => session.commitTransaction(),
  endSession: (session) => session.endSession(),
  startTransaction: (session, options) => Promise.resolve(session.startTransaction(options)),
  withTransaction: async (session, { callback, ...options }, { runCallback }) => {
    await session.withTransaction(() => runCallback(callback as SpecOperation[]), options);
  },
});
