import { CommandError } from '../handler/errors';
import { Session } from './session';

/** How long a session lives without being used, ms: what `hello` and `startSession` promise. */
export const SESSION_LIFETIME = 30 * 60_000;
/** How many of them there may be, as with mongod. */
const MAX_SESSIONS = 1_000_000;
/** How often those that lie idle are looked for, ms. */
const EXPIRY_INTERVAL = 60_000;

/** The sessions of an engine's clients: bounded in number, ended when idle for too long. */
export class Sessions {
  /** By key, those used least lately first, but for an interval. */
  readonly #open = new Map<string, Session>();
  #expired = Date.now();

  /**
   * @param ended told of every session that ends: its cursors and its transaction end with it
   * @param maxOpen how many sessions there may be at once
   */
  constructor(
    private readonly ended: (session: Session) => void,
    private readonly maxOpen = MAX_SESSIONS,
  ) {}

  get size(): number {
    return this.#open.size;
  }

  /** The session of this key, new or not, now in use. @throws CommandError TooManyLogicalSessions */
  use(key: string, user: string): Session {
    const now = Date.now();
    const known = this.#open.get(key);
    if (known !== undefined) {
      known.lastUsed = now;
      return known;
    }
    if (now - this.#expired > EXPIRY_INTERVAL) this.expire(now);
    if (this.#open.size >= this.maxOpen) {
      throw new CommandError(
        'TooManyLogicalSessions',
        `Unable to add session into the cache because the number of active sessions is too high`,
      );
    }
    const session = new Session(key, user);
    this.#open.set(key, session);
    return session;
  }

  /** The session of this key, if it is known. */
  find(key: string): Session | undefined {
    return this.#open.get(key);
  }

  end(session: Session): void {
    if (this.#open.get(session.key) !== session) return;
    this.#open.delete(session.key);
    this.ended(session);
  }

  all(): Session[] {
    return [...this.#open.values()];
  }

  expire(now = Date.now()): void {
    this.#expired = now;
    for (const session of this.#open.values()) {
      if (!session.isTaken && now - session.lastUsed > SESSION_LIFETIME) this.end(session);
    }
  }
}
