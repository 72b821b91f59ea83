import { ArgonError } from '@argon/wal';

/** What arrived is not MongoDB's protocol, so nothing can be answered to it: the connection ends. Look at the client. */
export class ProtocolError extends ArgonError {
  constructor(what: string) {
    super('ARGON_SERVER_PROTOCOL', `The client sent what is not MongoDB's wire protocol: ${what}`);
  }
}
