import {
  ClientSession,
  Collection,
  Db,
  MongoClient,
  ReadPreference,
  type Document,
  type ReadPreferenceMode,
} from 'mongodb';
import { ObservedClient } from './observed-client';

/** What a case has given names to: clients, databases, collections, sessions, cursors, and results that it saved. */
export class Entities {
  readonly #byId = new Map<string, unknown>();

  /** @param uri of the server that clients connect to */
  constructor(private readonly uri: string) {}

  /** Makes what a list of `createEntities` describes. */
  create(descriptions: readonly Document[]): void {
    for (const description of descriptions) {
      const [kind, entity] = Object.entries(description)[0] as [string, Document];
      this.set(String(entity['id']), this.#make(kind, entity));
    }
  }

  #make(kind: string, entity: Document): unknown {
    switch (kind) {
      case 'client':
        return new ObservedClient(this.uri, entity);
      case 'database':
        return this.client(entity['client']).client.db(
          entity['databaseName'],
          driverOptions(entity['databaseOptions']),
        );
      case 'collection':
        return this.database(entity['database']).collection(
          entity['collectionName'],
          driverOptions(entity['collectionOptions']),
        );
      case 'session':
        return this.client(entity['client']).client.startSession(driverOptions(entity['sessionOptions']));
      default:
        throw new Error(`The runner makes no '${kind}'.`);
    }
  }

  set(id: string, entity: unknown): void {
    if (this.#byId.has(id)) throw new Error(`There are two entities '${id}'.`);
    this.#byId.set(id, entity);
  }

  get(id: string): unknown {
    if (!this.#byId.has(id)) throw new Error(`There is no entity '${id}'.`);
    return this.#byId.get(id);
  }

  client(id: string): ObservedClient {
    return this.#get(id, ObservedClient);
  }

  database(id: string): Db {
    return this.#get(id, Db);
  }

  session(id: string): ClientSession {
    return this.#get(id, ClientSession);
  }

  #get<T>(id: string, kind: abstract new (...args: any[]) => T): T {
    const entity = this.get(id);
    if (!(entity instanceof kind)) throw new Error(`Entity '${id}' is no ${kind.name}.`);
    return entity;
  }

  /** Ends sessions and closes cursors and clients. */
  async close(): Promise<void> {
    const entities = [...this.#byId.values()];
    for (const entity of entities) {
      if (entity instanceof ClientSession) await entity.endSession().catch(ignore);
      else if (isCursor(entity)) await entity.close().catch(ignore);
    }
    await Promise.all(
      entities.filter((entity) => entity instanceof ObservedClient).map(({ client }) => client.close()),
    );
  }
}

/** What a case did has been judged; that a fail point also breaks the tidying up says nothing. */
function ignore(): void {}

function isCursor(entity: unknown): entity is { close(): Promise<void> } {
  return (
    typeof entity === 'object' &&
    entity !== null &&
    'close' in entity &&
    !(entity instanceof MongoClient || entity instanceof Db || entity instanceof Collection)
  );
}

/** Options as the driver takes them: a read preference is an object of its own. */
export function driverOptions(options: Document | undefined): Document {
  const { readPreference, defaultTransactionOptions, ...rest } = options ?? {};
  return {
    ...rest,
    ...(readPreference === undefined ? {} : { readPreference: toReadPreference(readPreference) }),
    ...(defaultTransactionOptions === undefined
      ? {}
      : { defaultTransactionOptions: driverOptions(defaultTransactionOptions) }),
  };
}

function toReadPreference({ mode, tagSets, maxStalenessSeconds }: Document): ReadPreference {
  return new ReadPreference(
    mode as ReadPreferenceMode,
    tagSets,
    maxStalenessSeconds === undefined ? undefined : { maxStalenessSeconds },
  );
}
