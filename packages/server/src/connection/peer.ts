import type { Actor } from '@argon/wal';
import type { CommandContext } from '@argon/engine';
import type { ScramConversation } from '../auth/scram';
import type { UserName } from '../users/user';

/** Who is at the other end of a connection: what it said of itself, and as whom it has logged in. */
export class Peer {
  readonly #gone = new AbortController();
  /** Of the driver's `client` document: the program's name. */
  #app = '';
  #actor: Actor = { user: '', app: '' };
  #user: UserName | undefined;
  #hangUp: (() => void) | undefined;
  #context: CommandContext;
  /** Whether it has described itself, which it may once. */
  isDescribed = false;
  /** A login that is under way. */
  login: ScramConversation | undefined;

  constructor(
    readonly connectionId: number,
    /** `host:port` */
    readonly address: string,
    /** The address it reached the server at, `host:port`: what it is told the server's name is. */
    readonly serverAddress: string,
  ) {
    this.#context = this.#contextNow();
  }

  /** As commands are told of it. */
  get context(): CommandContext {
    return this.#context;
  }

  get user(): UserName | undefined {
    return this.#user;
  }

  /** Aborted when the connection has ended. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** @param hangUp ends the connection at once */
  connected(hangUp: () => void): void {
    this.#hangUp = hangUp;
    this.#changed();
  }

  named(app: string): void {
    this.#app = app;
    this.#changed();
  }

  loggedIn(user: UserName | undefined): void {
    this.#user = user;
    this.login = undefined;
    this.#changed();
  }

  left(): void {
    this.login = undefined;
    this.#gone.abort();
  }

  #changed(): void {
    this.#actor = { user: this.#user?.user ?? '', app: this.#app };
    this.#context = this.#contextNow();
  }

  #contextNow(): CommandContext {
    return {
      connectionId: this.connectionId,
      actor: this.#actor,
      ...(this.#user === undefined ? {} : { account: `${this.#user.user}@${this.#user.db}` }),
      signal: this.#gone.signal,
      ...(this.#hangUp === undefined ? {} : { hangUp: this.#hangUp }),
    };
  }
}
