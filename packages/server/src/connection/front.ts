import { isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import {
  CommandError,
  errorReply,
  okReply,
  type Command,
  type CommandContext,
  type CommandDefinition,
  type CommandHandler,
  type Reply,
  type WalEngine,
} from '@argon/engine';
import type { Guard } from '../access/guard';
import { may } from '../access/roles';
import type { Logins } from '../auth/logins';
import type { Compressors } from '../compression/compressors';
import { describePeer } from '../handshake/client-metadata';
import type { Description } from '../handshake/hello';
import { roleDocument } from '../users/commands';
import type { Peer } from './peer';

export interface FrontParts {
  /** Whatever is not the connection's own affair goes there. */
  readonly handler: CommandHandler;
  /** Runs the commands about users. */
  readonly engine: WalEngine;
  readonly users: readonly CommandDefinition[];
  readonly logins: Logins;
  readonly guard: Guard;
  readonly description: Description;
  readonly compressors: Compressors;
  /** Aborted when the server is about to end: whoever waits is answered. */
  readonly closing: AbortSignal;
}

/** Answers the commands of connections: what is about the connection itself, and hands on the rest. */
export class Front {
  readonly #users: ReadonlyMap<string, CommandDefinition>;

  constructor(private readonly parts: FrontParts) {
    this.#users = new Map(parts.users.map((command) => [command.name, command]));
  }

  /**
   * Never rejects.
   * @param isRepeated another reply to a request that was answered before (`exhaustAllowed`)
   */
  async answer(command: Command, peer: Peer, isRepeated = false): Promise<Reply> {
    try {
      if (command.database === '') throw new CommandError('InvalidNamespace', "Invalid database name: ''");
      const checked = this.parts.guard.check(command, peer);
      if (checked !== undefined) await checked;
      return await this.#run(command, peer, isRepeated);
    } catch (error) {
      return errorReply(error);
    }
  }

  /** Whether a request that allows several replies gets another one after this. */
  goesOn(command: Command, reply: Reply): boolean {
    if (this.parts.closing.aborted || !isOk(reply)) return false;
    if (isHello(command.name)) return command.has('topologyVersion');
    if (command.name !== 'getMore') return false;
    const cursor = reply.get('cursor');
    const id = cursor instanceof Map ? cursor.get('id') : undefined;
    return isNumber(id) && toNumber(id) !== 0;
  }

  #run(command: Command, peer: Peer, isRepeated: boolean): Reply | Promise<Reply> {
    const { handler, logins, engine } = this.parts;
    switch (command.name) {
      case 'hello':
        return this.#hello(command, peer, 'isWritablePrimary', isRepeated);
      case 'isMaster':
      case 'ismaster':
        return this.#hello(command, peer, 'ismaster', isRepeated);
      case 'saslStart':
        return logins.start(command, command.database, peer);
      case 'saslContinue':
        return logins.continue(command, peer);
      case 'authenticate':
        throw new CommandError(
          'MechanismUnavailable',
          'Received authentication for mechanism MONGODB-X509 which is not enabled',
        );
      case 'logout':
        return logins.logout(peer);
      case 'connectionStatus':
        return this.#connectionStatus(command, peer);
      case 'whatsmyuri':
        return okReply({ you: peer.address });
      case 'listDatabases':
        return this.#listDatabases(command, peer);
      default: {
        const own = this.#users.get(command.name);
        return own === undefined
          ? handler.handle(command, this.#contextOf(command, peer))
          : engine.run(own, command, peer.context);
      }
    }
  }

  #contextOf({ name }: Command, peer: Peer): CommandContext {
    if (name !== 'killCursors') return peer.context;
    return { ...peer.context, mayKillAnyCursor: this.parts.guard.mayKillAnyCursor(peer) };
  }

  async #hello(command: Command, peer: Peer, primaryField: string, isRepeated: boolean): Promise<Reply> {
    const { description, compressors, logins } = this.parts;
    const wait = command.get('maxAwaitTimeMS');
    const known = command.get('topologyVersion');
    if (wait !== undefined && known === undefined) {
      throw new CommandError(31368, "A request with 'maxAwaitTimeMS' must include a 'topologyVersion'");
    }
    if (wait === undefined && known !== undefined) {
      throw new CommandError(31368, "A request with a 'topologyVersion' must include 'maxAwaitTimeMS'");
    }
    if (wait !== undefined && (isRepeated || description.isCurrent(known))) {
      if (!isNumber(wait) || toNumber(wait) < 0) {
        throw new CommandError(31373, "'maxAwaitTimeMS' must be a non-negative integer");
      }
      await this.#pause(toNumber(wait), peer);
    }
    const client = command.get('client');
    if (client !== undefined && !isRepeated) describePeer(peer, client);
    const offered = command.get('compression');
    const asked = command.get('saslSupportedMechs');
    const speculative = command.get('speculativeAuthenticate');
    return description.reply(peer, primaryField, {
      helloOk: command.get('helloOk') === true ? true : undefined,
      compression: Array.isArray(offered) ? compressors.agreed(offered) : undefined,
      saslSupportedMechs: asked === undefined ? undefined : logins.mechanisms(asked),
      speculativeAuthenticate:
        speculative === undefined ? undefined : await logins.speculative(speculative, peer),
    });
  }

  /** Until the time is over, or somebody leaves. */
  async #pause(ms: number, peer: Peer): Promise<void> {
    const end = AbortSignal.any([peer.signal, this.parts.closing]);
    if (end.aborted) return;
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        end.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      end.addEventListener('abort', finish);
    });
  }

  async #connectionStatus(command: Command, peer: Peer): Promise<Reply> {
    const roles = await this.parts.guard.rolesOf(peer);
    const { user } = peer;
    const info = new Map<string, Value>([
      [
        'authenticatedUsers',
        user === undefined
          ? []
          : [
              new Map<string, Value>([
                ['user', user.user],
                ['db', user.db],
              ]),
            ],
      ],
      ['authenticatedUserRoles', roles.map(roleDocument)],
    ]);
    if (command.get('showPrivileges') === true) {
      if (user !== undefined) {
        throw new CommandError(
          'CommandNotSupported',
          "connectionStatus's option 'showPrivileges' is not supported",
        );
      }
      info.set('authenticatedUserPrivileges', []);
    }
    return okReply({ authInfo: info });
  }

  /** Of somebody who may not see everything, what they may. */
  async #listDatabases(command: Command, peer: Peer): Promise<Reply> {
    const { guard, handler } = this.parts;
    const reply = await handler.handle(command, peer.context);
    const databases = reply.get('databases');
    if (!guard.isRequired || !Array.isArray(databases)) return reply;
    const roles = await guard.rolesOf(peer);
    if (may(roles, 'watch', 'admin')) return reply;
    const shown = (databases as Doc[]).filter((one) => may(roles, 'read', one.get('name') as string));
    return new Map([...reply, ['databases', shown]]);
  }
}

export function isHello(name: string): boolean {
  return name === 'hello' || name === 'isMaster' || name === 'ismaster';
}

function isOk(reply: Reply): boolean {
  const ok = reply.get('ok');
  return isNumber(ok as Value) && toNumber(ok as never) === 1;
}
