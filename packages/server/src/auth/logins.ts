import { randomBytes } from 'node:crypto';
import { Binary, isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import { CommandError, okReply, type CommandDocument, type Reply } from '@argon/engine';
import type { Peer } from '../connection/peer';
import type { LogUsers } from '../users/log-users';
import { nobodysCredentials } from './credentials';
import { LoginRefused, readClientFirst, ScramConversation } from './scram';

export const MECHANISM = 'SCRAM-SHA-256';
/** One login at a time in a connection, so one id does. */
const CONVERSATION = 1;

/** Logins by SCRAM: `saslStart`, `saslContinue`, `logout`, and what `hello` says and does of them. */
export class Logins {
  /** Makes up keys for users that there are not. */
  readonly #secret = randomBytes(32);

  constructor(
    private readonly users: LogUsers,
    /** Told of each login: whether it was let in. */
    private readonly counted: (isLetIn: boolean) => void,
  ) {}

  /** @throws CommandError MechanismUnavailable, AuthenticationFailed, … */
  async start(command: Pick<CommandDocument, 'get'> | Doc, database: string, peer: Peer): Promise<Reply> {
    const mechanism = command.get('mechanism');
    if (typeof mechanism !== 'string') {
      throw new CommandError(40414, "BSON field 'saslStart.mechanism' is missing but a required field");
    }
    if (mechanism !== MECHANISM) {
      throw new CommandError(
        'MechanismUnavailable',
        `Received authentication for mechanism ${mechanism} which is not enabled`,
      );
    }
    if (peer.user !== undefined) throw refused();
    const options = command.get('options');
    const skips = options instanceof Map && options.get('skipEmptyExchange') === true;
    return this.#attempt(peer, async () => {
      const first = readClientFirst(payloadOf(command));
      const name = { user: first.user, db: sourceOf(database) };
      const user = await this.users.find(name);
      const credentials = user?.credentials ?? nobodysCredentials(this.#secret, `${name.db}.${name.user}`);
      const login = new ScramConversation(name, credentials, first, skips);
      peer.login = login;
      return answer(login.serverFirst, false);
    });
  }

  /** @throws CommandError ProtocolError, AuthenticationFailed */
  async continue(command: CommandDocument, peer: Peer): Promise<Reply> {
    const { login } = peer;
    if (login === undefined) throw new CommandError('ProtocolError', 'No SASL session state found');
    const id = command.get('conversationId');
    if (!isNumber(id) || toNumber(id) !== CONVERSATION) {
      peer.login = undefined;
      throw new CommandError('ProtocolError', 'sasl: Mismatched conversation id');
    }
    return this.#attempt(peer, () => {
      if (login.isProved) {
        peer.loggedIn(login.name);
        this.counted(true);
        return answer('', true);
      }
      const final = login.finish(payloadOf(command));
      if (login.skipsEmptyExchange) {
        peer.loggedIn(login.name);
        this.counted(true);
      }
      return answer(final, login.skipsEmptyExchange);
    });
  }

  logout(peer: Peer): Reply {
    peer.loggedIn(undefined);
    return okReply();
  }

  /** A login that `hello` carries along; undefined if it fails: then the client begins again by `saslStart`. */
  async speculative(asked: Value, peer: Peer): Promise<Doc | undefined> {
    if (!(asked instanceof Map) || !asked.has('saslStart')) return undefined;
    const db = asked.get('db');
    try {
      const reply = await this.start(asked, typeof db === 'string' ? db : 'admin', peer);
      const found = new Map(reply as ReadonlyMap<string, Value>);
      found.delete('ok');
      return found;
    } catch {
      peer.login = undefined;
      return undefined;
    }
  }

  /**
   * By what mechanisms a user may log in: everybody by the same, so that asking does not tell whether there is such a user.
   * @param asked `database.user`
   * @throws CommandError BadValue
   */
  mechanisms(asked: Value): Value {
    if (typeof asked !== 'string') {
      throw new CommandError('TypeMismatch', "BSON field 'hello.saslSupportedMechs' is the wrong type");
    }
    if (!asked.includes('.')) {
      throw new CommandError('BadValue', "UserName must contain a '.' separated database.user pair");
    }
    return [MECHANISM];
  }

  async #attempt(peer: Peer, step: () => Reply | Promise<Reply>): Promise<Reply> {
    try {
      return await step();
    } catch (error) {
      peer.login = undefined;
      if (!(error instanceof LoginRefused)) throw error;
      this.counted(false);
      throw refused(error);
    }
  }
}

function refused(cause?: unknown): CommandError {
  return new CommandError('AuthenticationFailed', 'Authentication failed.', { cause });
}

function answer(payload: string, done: boolean): Reply {
  return okReply({ conversationId: CONVERSATION, done, payload: new Binary(Buffer.from(payload)) });
}

function payloadOf(command: Pick<CommandDocument, 'get'> | Doc): string {
  const payload = command.get('payload');
  if (payload instanceof Binary) return Buffer.from(payload.buffer).toString('utf8');
  if (typeof payload === 'string') return Buffer.from(payload, 'base64').toString('utf8');
  throw new LoginRefused('no payload');
}

/** Users are a project's, not a branch's: who connects to `shop~feature-x` is looked for in `shop`. */
export function sourceOf(database: string): string {
  return /^[^~@]*/.exec(database)![0];
}
