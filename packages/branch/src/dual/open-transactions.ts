import { Binary, type Doc, type Value } from '@argon/bson';
import { CommandError, type CommandDocument } from '@argon/engine';

/** mongod ends transactions after a minute; sessions of clients that went away are forgotten with the oldest. */
const MAX_OPEN = 10_000;

/** Which branches each session's transaction on one side works on. */
export class OpenTransactions {
  readonly #branches = new Map<string, { readonly number: string; readonly branches: Set<string> }>();

  /** Notes that a command goes to a branch of this side. Others than those of transactions are of no concern. */
  note(command: CommandDocument, branch: string): void {
    const key = keyOf(command);
    if (key === undefined) return;
    const number = String(command.get('txnNumber'));
    const open = this.#branches.get(key);
    if (open?.number === number) {
      open.branches.add(branch);
      return;
    }
    this.#branches.delete(key);
    this.#branches.set(key, { number, branches: new Set([branch]) });
    if (this.#branches.size > MAX_OPEN) this.#branches.delete(this.#branches.keys().next().value!);
  }

  /** The branches a transaction has worked on; undefined if it did on none of this side. */
  of(command: CommandDocument): ReadonlySet<string> | undefined {
    const open = this.#branches.get(keyOf(command) ?? '');
    return open?.number === String(command.get('txnNumber')) ? open.branches : undefined;
  }

  /** @throws CommandError if a command for the other side belongs to a transaction of this one */
  refuse(command: CommandDocument): void {
    if (this.of(command) === undefined) return;
    throw new CommandError(
      'OperationNotSupportedInTransaction',
      'A transaction cannot work on a branch in the log and on one in prefixed collections',
    );
  }
}

/** What a client hears whose branch was turned over while its transaction was open: nothing was written, begin again. */
export function turnedOver(branch: string): CommandError {
  return new CommandError(
    'NoSuchTransaction',
    `Branch '${branch}' was moved to the log while the transaction was open; it is to be begun again`,
    { labels: ['TransientTransactionError'] },
  );
}

function keyOf(command: CommandDocument): string | undefined {
  if (command.get('autocommit') !== false) return undefined;
  const id: Value | undefined = (command.get('lsid') as Doc | undefined)?.get('id');
  return id instanceof Binary ? Buffer.from(id.buffer).toString('hex') : undefined;
}
