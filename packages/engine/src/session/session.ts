import { userDigest } from './user-digest';
import type { ListedSession } from '../aggregate/env';
import type { Transaction } from '../transaction/transaction';

/** One client's session: what it did last, and what it has open. */
export class Session {
  lastUsed = Date.now();
  /** The newest number that a write or a transaction had; −1 before the first. */
  txnNumber = -1;
  /** The transaction of that number, whatever became of it; undefined if it was a retryable write. */
  transaction: Transaction | undefined;
  #isTaken = false;
  #waiting: (() => void)[] | undefined;

  constructor(
    /** `sessionIdOf`, and the user's name. */
    readonly key: string,
    readonly user: string,
  ) {}

  /** For numbered operations: one at a time. Answers at once when nothing else is under way. */
  take(): Promise<void> | undefined {
    if (!this.#isTaken) {
      this.#isTaken = true;
      return undefined;
    }
    return new Promise((resolve) => (this.#waiting ??= []).push(resolve));
  }

  release(): void {
    this.lastUsed = Date.now();
    const next = this.#waiting?.shift();
    if (next === undefined) this.#isTaken = false;
    else next();
  }

  /** Whether a numbered operation is under way. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** As `$listLocalSessions` lists it. */
  get listed(): ListedSession {
    const id = Buffer.from(this.key.slice(0, UUID_LENGTH), 'latin1');
    return { id, user: this.user, lastUse: new Date(this.lastUsed) };
  }

  /** As mongod's messages name it: the id, and the digest of its user. */
  get text(): string {
    return sessionText(this.key, this.user);
  }
}

const UUID_LENGTH = 16;

/** As mongod's messages name a session. */
function sessionText(key: string, user: string): string {
  const hex = Buffer.from(key.slice(0, UUID_LENGTH), 'latin1').toString('hex');
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return `${uuid} - ${userDigest(user).toString('base64')} -  - `;
}
