import type { Doc, Value } from '@argon/bson';
import { CommandError, type Command, type CommandDocument } from '@argon/engine';
import type { Peer } from '../connection/peer';
import type { LogUsers } from '../users/log-users';
import type { GrantedRole } from '../users/user';
import { actionOf, type Action } from './actions';
import { may } from './roles';

/** For how long a user's roles are taken to be what they were, ms. */
const REMEMBERED_MS = 1000;

interface Remembered {
  readonly roles: readonly GrantedRole[];
  readonly until: number;
}

/** Lets commands through that their sender may give. */
export class Guard {
  readonly #remembered = new WeakMap<Peer, Remembered>();

  constructor(
    private readonly users: LogUsers,
    /** Whether commands need somebody who is logged in. */
    readonly isRequired: boolean,
  ) {}

  /**
   * Undefined when the command may go on at once; else when that is known.
   * @throws CommandError Unauthorized
   */
  check(command: Command, peer: Peer): undefined | Promise<void> {
    if (!this.isRequired) return undefined;
    const action = actionOf(command.name);
    if (action === 'open') return undefined;
    if (peer.user === undefined) {
      throw new CommandError('Unauthorized', `command ${command.name} requires authentication`);
    }
    const known = this.#remembered.get(peer);
    if (known !== undefined && known.until > performance.now()) {
      this.#judge(command, action, known.roles);
      return undefined;
    }
    return this.#rolesOf(peer).then((roles) => this.#judge(command, action, roles));
  }

  /** Whether whoever is at the other end may close cursors of others, after its command was let through. */
  mayKillAnyCursor(peer: Peer): boolean {
    const roles = this.#remembered.get(peer)?.roles ?? [];
    return !this.isRequired || may(roles, 'rule', 'admin');
  }

  /** The roles of whoever is at the other end. */
  async rolesOf(peer: Peer): Promise<readonly GrantedRole[]> {
    return peer.user === undefined ? [] : this.#rolesOf(peer);
  }

  async #rolesOf(peer: Peer): Promise<readonly GrantedRole[]> {
    const user = await this.users.find(peer.user!);
    const roles = user?.roles ?? [];
    this.#remembered.set(peer, { roles, until: performance.now() + REMEMBERED_MS });
    return roles;
  }

  #judge(command: Command, action: Action, roles: readonly GrantedRole[]): void {
    const needs = [{ action, database: command.database }, ...beyond(command)];
    const missing = needs.find((need) => !may(roles, need.action, need.database));
    if (missing === undefined) return;
    throw new CommandError(
      'Unauthorized',
      `not authorized on ${missing.database} to execute command { ${command.name}: ${shown(command)} }`,
    );
  }
}

interface Need {
  readonly action: Action;
  readonly database: string;
}

/** What a command needs beside what its name says of the database that it is sent to. */
function beyond(command: Command): readonly Need[] {
  const { name, database } = command;
  switch (name) {
    case 'aggregate':
      return stagesOf(command, database);
    case 'explain': {
      const explained = command.get('explain');
      return explained instanceof Map ? stagesOf(explained, database) : [];
    }
    case 'renameCollection':
      return [command.get(name), command.get('to')].map((namespace) => writing(namespace));
    case 'bulkWrite': {
      const named = command.get('nsInfo');
      const namespaces = Array.isArray(named) ? named : [];
      return namespaces.map((one) => writing(one instanceof Map ? one.get('ns') : undefined));
    }
    default:
      return [];
  }
}

/** @param namespace `shop.users` */
function writing(namespace: Value | undefined): Need {
  const database = typeof namespace === 'string' ? namespace.split('.', 1)[0]! : '';
  return { action: 'write', database };
}

function stagesOf(command: Pick<CommandDocument, 'get'> | Doc, database: string): readonly Need[] {
  const stages = command.get('pipeline');
  if (!Array.isArray(stages)) return [];
  const sessions = stages.some(
    (stage) =>
      stage instanceof Map &&
      (isOfOthers(stage.get('$listLocalSessions')) || isOfOthers(stage.get('$listSessions'))),
  );
  const names = new Set(stages.flatMap((stage) => (stage instanceof Map ? [...stage.keys()] : [])));
  const needs: Need[] = [];
  if (names.has('$out') || names.has('$merge')) needs.push({ action: 'write', database });
  if (sessions) needs.push({ action: 'watch', database: 'admin' });
  if (names.has('$currentOp')) needs.push({ action: 'watch', database });
  return needs;
}

/** Whether sessions are asked for that may be others' than the caller's. */
function isOfOthers(sessions: Value | undefined): boolean {
  return sessions instanceof Map && (sessions.has('allUsers') || sessions.has('users'));
}

function shown(command: Command): string {
  const value = command.get(command.name);
  return typeof value === 'string' ? JSON.stringify(value) : '1';
}
