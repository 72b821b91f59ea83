import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Doc, Value } from '@argon/bson';
import type { Lsn } from '@argon/wal';
import { ask, MAJORITY, refusalsOf, type Fields } from '../site/ask';
import { SiteServerError } from '../site/errors';
import type { Site } from '../site/site';
import { endLeftOpen, Transactions } from '../site/transactions';
import { persistently } from '../site/transient';
import { SiteBusyError, SiteLostError } from './errors';
import { positionId, positionOf, POSITIONS, type Position } from './position';

const DUPLICATE_KEY = 11000;
const LEASE_MS = 10_000;
const NOTHING: Position = { branch: '', lsn: undefined, toward: undefined, collections: new Map() };

/**
 * A site, held by one process at a time, and the position of what it writes there. Times are the server's: those of our
 * machines may differ. A process that dies is given up when its time is over.
 */
export class Hold {
  readonly #alive: NodeJS.Timeout;
  #lost = false;
  /** While a transaction writes the position, nothing else should. */
  #busy = false;
  #renewing = false;

  private constructor(
    private readonly site: Site,
    private readonly branch: { readonly id: string; readonly name: string },
    private readonly by: string,
    private readonly leaseMs: number,
    /** For what is written together with the position. */
    readonly transactions: Transactions,
    /** What the site said when it was taken, or was told since. */
    public position: Position,
  ) {
    this.#alive = setInterval(() => void this.#renew(), leaseMs / 4);
    this.#alive.unref();
  }

  /** @param branch its identity and its name, for people @throws SiteBusyError */
  static async take(
    site: Site,
    branch: { readonly id: string; readonly name: string },
    leaseMs = LEASE_MS,
    signal?: AbortSignal,
  ): Promise<Hold> {
    const by = `process ${process.pid} on ${hostname()} (${randomUUID()})`;
    const transactions = new Transactions(site.database);
    const lease = leaseOf(by, leaseMs, transactions.id);
    let seen: string | undefined;
    let signs = 0;
    for (;;) {
      signal?.throwIfAborted();
      const found = await persistently(() => take(site, lease), signal);
      if ('position' in found) {
        const position = found.position?.branch === branch.id ? found.position : NOTHING;
        return new Hold(site, branch, by, leaseMs, transactions, position);
      }
      // Two signs of life since we came: whoever holds it lives. One may have been under way when it died.
      if (seen !== undefined && seen !== found.until && ++signs === 2) {
        throw new SiteBusyError(site.location, found.by);
      }
      seen = found.until;
      await new Promise((resolve) => setTimeout(resolve, leaseMs / 8));
    }
  }

  /** Goes by nothing that the site says of itself. What is written from now on is noted as always. */
  forget(): void {
    this.position = NOTHING;
  }

  /** Before something is written that no single transaction holds: where it comes from, if that is known, and leads. */
  async begin(from: Lsn | undefined, toward: Lsn): Promise<void> {
    await this.#set({ ...this.position, lsn: from, toward });
  }

  /** After it: the site holds what the branch showed at this LSN. */
  async finish(lsn: Lsn, collections: ReadonlyMap<string, string>): Promise<void> {
    await this.#set({ ...this.position, lsn, toward: undefined, collections });
  }

  /**
   * Moves the position within a transaction. @param write is given the command that does it, and commits
   * @throws SiteLostError
   */
  async within(
    lsn: Lsn,
    write: (command: Fields, check: (reply: Doc) => void) => Promise<void>,
  ): Promise<void> {
    this.check();
    const position = { ...this.position, lsn, toward: undefined };
    this.#busy = true;
    try {
      await write(this.#update(position), (reply) => this.#checkReply(reply));
      this.position = position;
    } finally {
      this.#busy = false;
    }
  }

  /** @throws SiteLostError if another process has taken over */
  check(): void {
    if (this.#lost) throw new SiteLostError(this.site.location);
  }

  /** What the site says now, for whoever does not know whether a transaction was committed. */
  async look(): Promise<Position> {
    const reply = await ask(this.site.database, {
      find: POSITIONS,
      filter: new Map<string, Value>([['_id', positionId(this.site)]]),
      readConcern: new Map([['level', 'majority']]),
      limit: 1,
    });
    const [found] = (reply.get('cursor') as Doc).get('firstBatch') as readonly Doc[];
    return (this.position = (found && positionOf(found)) ?? NOTHING);
  }

  async release(): Promise<void> {
    clearInterval(this.#alive);
    if (this.#lost) return;
    const free = new Map<string, Value>([
      ['q', this.#ours],
      ['u', new Map([['$unset', new Map([['lease', 1]])]])],
    ]);
    // If it cannot be told, the time will tell.
    await ask(this.site.database, { update: POSITIONS, updates: [free], writeConcern: MAJORITY }).catch(
      () => undefined,
    );
  }

  async #set(position: Position): Promise<void> {
    this.check();
    const command = { ...this.#update(position), writeConcern: MAJORITY };
    this.#checkReply(await persistently(() => ask(this.site.database, command)));
    this.position = position;
  }

  get #ours(): Doc {
    return new Map([
      ['_id', positionId(this.site)],
      ['lease.by', this.by],
    ]);
  }

  #update({ lsn, toward, collections }: Position): Record<string, Value> {
    const fields: Doc = new Map<string, Value>([
      ['branch', literal(this.branch.id)],
      ['name', literal(this.branch.name)],
      ['lsn', lsn === undefined ? null : BigInt(lsn)],
      ['toward', toward === undefined ? null : BigInt(toward)],
      ['collections', literal(new Map(collections))],
      ['at', '$$NOW'],
      ['lease', leaseOf(this.by, this.leaseMs, this.transactions.id)],
    ]);
    const update = new Map<string, Value>([
      ['q', this.#ours],
      ['u', [new Map([['$set', fields]])]],
    ]);
    return { update: POSITIONS, updates: [update] };
  }

  #checkReply(reply: Doc): void {
    if (Number(reply.get('n')) === 1) return;
    this.#lost = refusalsOf(reply).length === 0;
    this.check();
    throw failureOf(this.site, reply);
  }

  async #renew(): Promise<void> {
    if (this.#busy || this.#lost || this.#renewing) return;
    // One at a time: should we die, no more than one sign of life comes after that.
    this.#renewing = true;
    const fields = new Map([
      ['$set', new Map([['lease', leaseOf(this.by, this.leaseMs, this.transactions.id)]])],
    ]);
    const update = new Map<string, Value>([
      ['q', this.#ours],
      ['u', [fields]],
    ]);
    try {
      const reply = await ask(this.site.database, { update: POSITIONS, updates: [update] });
      if (Number(reply.get('n')) === 0 && refusalsOf(reply).length === 0) this.#lost = true;
    } catch {
      // The next one may come through; if none does, the position cannot be written either.
    } finally {
      this.#renewing = false;
    }
  }
}

/** That a lease's time is over. */
const OVER: [string, Value] = ['$expr', new Map([['$lt', ['$lease.until', '$$NOW']]])];

type Taken = { readonly position: Position | undefined } | { readonly by: string; readonly until: string };

async function take(site: Site, lease: Doc): Promise<Taken> {
  const id = positionId(site);
  const update = [new Map([['$set', new Map([['lease', lease]])]])];
  const held = new Map([['$exists', true]]);
  const dead = await findOne(site, new Map<string, Value>([['_id', id], ['lease', held], OVER]));
  if (dead !== undefined) {
    await clearDead(site, dead);
    const by = (dead.get('lease') as Doc).get('by')!;
    const query = new Map<string, Value>([['_id', id], ['lease.by', by], OVER]);
    const taken = await findAndModify(site, query, update, false);
    if (taken instanceof Map) return { position: positionOf(taken) };
  }
  try {
    // None is there, or one that nobody holds; and an upsert takes no $expr.
    const query = new Map<string, Value>([
      ['_id', id],
      ['lease', new Map([['$exists', false]])],
    ]);
    const made = await findAndModify(site, query, update, true);
    return { position: positionOf(made as Doc) };
  } catch (error) {
    if (!(error instanceof SiteServerError) || error.mongoCode !== DUPLICATE_KEY) throw error;
  }
  const current = await findOne(site, new Map([['_id', id]]));
  const other = current?.get('lease') as Doc | undefined;
  return { by: holderOf(other), until: String((other?.get('until') as Date | undefined)?.getTime()) };
}

async function findAndModify(
  site: Site,
  query: Doc,
  update: Value,
  upsert: boolean,
): Promise<Value | undefined> {
  const command = { findAndModify: POSITIONS, query, update, upsert, new: true, writeConcern: MAJORITY };
  return (await ask(site.database, command)).get('value');
}

function holderOf(lease: Doc | undefined): string {
  return String(lease?.get('by') ?? 'another process').replace(/ \([-\w]+\)$/, '');
}

/** Before its position is touched: a transaction of whoever held it last may have done so, too. */
async function clearDead(site: Site, dead: Doc): Promise<void> {
  const session = (dead.get('lease') as Doc).get('session');
  if (session === undefined) return;
  // On a standalone server there are none; of another user's, mongod's own limit has to do.
  await endLeftOpen(site.database, session, POSITIONS).catch(() => undefined);
}

async function findOne(site: Site, filter: Doc): Promise<Doc | undefined> {
  const reply = await ask(site.database, { find: POSITIONS, filter, limit: 1 });
  const [found] = (reply.get('cursor') as Doc).get('firstBatch') as readonly Doc[];
  return found;
}

function leaseOf(by: string, leaseMs: number, session: Value): Doc {
  return new Map<string, Value>([
    ['by', literal(by)],
    ['session', literal(session)],
    ['until', new Map([['$add', ['$$NOW', leaseMs]]])],
  ]);
}

function literal(value: Value): Doc {
  return new Map([['$literal', value]]);
}

function failureOf(site: Site, reply: Doc): SiteServerError {
  const [refusal] = refusalsOf(reply);
  return new SiteServerError(site.location, 'update', refusal!);
}
