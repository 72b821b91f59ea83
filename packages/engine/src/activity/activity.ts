import type { Operation } from '../handler/operation';

/** What is counted of a command, as `serverStatus` shows it. */
export interface CommandCount {
  total: number;
  failed: number;
}

/** What clients asked for since the engine began, by kind. An insert counts each document, an update each statement. */
export interface OperationCounts {
  insert: number;
  query: number;
  update: number;
  delete: number;
  getmore: number;
  command: number;
}

/** Documents that commands changed or gave. */
export interface DocumentCounts {
  deleted: number;
  inserted: number;
  returned: number;
  updated: number;
}

/** Counted by what they ask for, not as commands. */
const COUNTED_APART = new Set(['insert', 'find', 'update', 'delete', 'getMore']);

/**
 * What an engine is doing and has done. Operations under way are linked to each other, so that keeping them costs
 * nothing to those that nobody asks about.
 */
export class Activity {
  readonly started = new Date();
  readonly operations: OperationCounts = {
    insert: 0,
    query: 0,
    update: 0,
    delete: 0,
    getmore: 0,
    command: 0,
  };
  readonly documents: DocumentCounts = { deleted: 0, inserted: 0, returned: 0, updated: 0 };
  readonly commands = new Map<string, CommandCount>();
  /** Errors that clients were told of. */
  errors = 0;
  readonly #connections = new Set<number>();
  #connectionsSeen = 0;
  #first: Operation | undefined;
  #lastId = 0;

  /** An operation is carried out from now on. */
  begin(operation: Operation): void {
    const { connectionId } = operation.context;
    if (!this.#connections.has(connectionId)) {
      this.#connections.add(connectionId);
      this.#connectionsSeen += 1;
    }
    operation.id = ++this.#lastId;
    operation.next = this.#first;
    if (this.#first !== undefined) this.#first.previous = operation;
    this.#first = operation;
  }

  end(operation: Operation): void {
    if (operation.next !== undefined) operation.next.previous = operation.previous;
    if (operation.previous !== undefined) operation.previous.next = operation.next;
    else if (this.#first === operation) this.#first = operation.next;
    operation.next = operation.previous = undefined;
  }

  count(command: string, failed: boolean): void {
    let counted = this.commands.get(command);
    if (counted === undefined) this.commands.set(command, (counted = { total: 0, failed: 0 }));
    counted.total += 1;
    if (!COUNTED_APART.has(command)) this.operations.command += 1;
    if (!failed) return;
    counted.failed += 1;
    this.errors += 1;
  }

  /** Connections that sent a command and are not known to have gone. */
  get connections(): { readonly current: number; readonly totalCreated: number } {
    return { current: this.#connections.size, totalCreated: this.#connectionsSeen };
  }

  disconnected(connectionId: number): void {
    this.#connections.delete(connectionId);
  }

  /** Those under way, oldest first. */
  running(): readonly Operation[] {
    const found: Operation[] = [];
    for (let each = this.#first; each !== undefined; each = each.next) found.push(each);
    return found.reverse();
  }
}
