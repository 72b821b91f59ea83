import { documentId, encodeDocument, type Value } from '@argon/bson';
import type { Lsn } from '@argon/wal';
import { refusalsOf } from '../site/ask';
import type { Site } from '../site/site';
import type { SendWithin } from '../site/transactions';
import { isTransient } from '../site/transient';
import { cut } from './batch-sizes';
import { SiteRefusedError } from './errors';
import type { Hold } from './hold';
import type { Pace } from './pace';
import type { CollectionChanges } from './small-difference';
import { deletion, hasEmptyTimestamp, replacement } from './statements';

const DUPLICATE_KEY = 11000;
const ATTEMPTS = 8;

/** A document that could not be written within a transaction. */
class Blocked extends Error {
  constructor(
    readonly collection: string,
    readonly id: Value,
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** Writes changes and the position that they lead to in one transaction: whoever reads the site sees all or nothing. */
export class AtOnce {
  constructor(
    private readonly site: Site,
    private readonly hold: Hold,
  ) {}

  /** @throws SiteRefusedError, SiteLostError; SiteServerError, isNotForTransactions, where there are none */
  async write(changes: readonly CollectionChanges[], lsn: Lsn, pace: Pace): Promise<void> {
    let anew = false;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#attempt(anew ? changes.map(takenOutFirst) : changes, lsn);
        break;
      } catch (error) {
        if (error instanceof Blocked) {
          // Documents may swap values of a unique index: taken out first, none is in another's way.
          if (error.code !== DUPLICATE_KEY || anew) throw this.#refused(error);
          anew = true;
        } else if (!isTransient(error) || attempt === ATTEMPTS) throw error;
        else {
          await new Promise((resolve) => setTimeout(resolve, 5 * 2 ** attempt));
          if ((await this.hold.look()).lsn === lsn) break;
        }
      }
    }
    for (const { deleted, updated, inserted } of changes) {
      pace.deleted += deleted.length;
      pace.updated += updated.length;
      pace.inserted += inserted.length;
    }
    const documents = changes.reduce(
      (sum, { deleted, updated, inserted }) => sum + deleted.length + updated.length + inserted.length,
      0,
    );
    pace.seen(documents);
    await pace.wrote(documents);
  }

  #attempt(changes: readonly CollectionChanges[], lsn: Lsn): Promise<void> {
    return this.hold.within(lsn, (move, check) =>
      this.hold.transactions.run(async (send) => {
        for (const each of changes) await this.#writeCollection(send, each);
        check(await send(move));
      }),
    );
  }

  async #writeCollection(send: SendWithin, changes: CollectionChanges): Promise<void> {
    const { collection, deleted, updated, inserted } = changes;
    const stored = this.site.stored(collection);
    const write = async <T>(
      command: 'delete' | 'update' | 'insert',
      field: string,
      items: readonly T[],
      statementOf: (item: T) => Uint8Array,
      idOf: (item: T) => Value,
    ): Promise<void> => {
      const bypass = command === 'delete' ? {} : { bypassDocumentValidation: true };
      for (const batch of cut(items, () => 0)) {
        const reply = await send(
          { [command]: stored, ...bypass },
          new Map([[field, batch.map(statementOf)]]),
        );
        const [refusal] = refusalsOf(reply);
        if (refusal === undefined) continue;
        throw new Blocked(collection, idOf(batch[refusal.index]!), refusal.code, refusal.message);
      }
    };
    const idOf = (document: Uint8Array): Value => documentId(document)!;
    const upsert = (document: Uint8Array): Uint8Array => encodeDocument(replacement(document));
    await write(
      'delete',
      'deletes',
      deleted,
      (id) => encodeDocument(deletion(id)),
      (id) => id,
    );
    await write('update', 'updates', updated, upsert, idOf);
    if (inserted.some(hasEmptyTimestamp)) await write('update', 'updates', inserted, upsert, idOf);
    else await write('insert', 'documents', inserted, (document) => document, idOf);
  }

  #refused({ collection, id, code, message }: Blocked): SiteRefusedError {
    return new SiteRefusedError(this.site.location, collection, message, { id, code });
  }
}

function takenOutFirst({ collection, deleted, updated, inserted }: CollectionChanges): CollectionChanges {
  const written = [...updated, ...inserted];
  const ids = written.map((document) => documentId(document)!);
  return { collection, deleted: [...deleted, ...ids], updated: [], inserted: written };
}
