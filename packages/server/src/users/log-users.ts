import { Binary, decodeDocument, encodeDocument, idKey, type Doc, type Value } from '@argon/bson';
import { CollectionView, type Draft, type StoredRecord, type WalEngine } from '@argon/engine';
import {
  findBranch,
  NOBODY,
  ProjectExistsError,
  SYSTEM_PROJECT,
  type Actor,
  type LiveBranch,
  type Lsn,
} from '@argon/wal';
import { UserExistsError, UserNotFoundError } from './errors';
import type { GrantedRole, ScramCredentials, User, UserName } from './user';

const BRANCH = 'main';
/** As mongod's: `admin.system.users`. */
const COLLECTION = 'system.users';
const MECHANISM = 'SCRAM-SHA-256';

/**
 * The users of a store. They are documents of the system's project in its log, so every store keeps them, other processes see
 * a change at once, and who changed what when is on record as for any document.
 */
export class LogUsers {
  #known: { readonly lsn: Lsn; readonly users: ReadonlyMap<string, User> } | undefined;

  constructor(private readonly engine: WalEngine) {}

  async find(name: UserName): Promise<User | undefined> {
    return (await this.#all()).get(keyOf(name));
  }

  /** By database, then name. */
  async list(): Promise<readonly User[]> {
    const users = [...(await this.#all()).values()];
    return users.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  /** @throws UserExistsError */
  async add(user: User, actor: Actor): Promise<void> {
    await this.#write(await this.#made(), actor, async (draft) => {
      if ((await recordOf(draft, user)) !== undefined) throw new UserExistsError(user);
      await draft.insert(COLLECTION, encodeDocument(documentOf(user)));
    });
  }

  /** Makes of a user what `change` gives. @throws UserNotFoundError */
  async change(name: UserName, change: (user: User) => User, actor: Actor): Promise<void> {
    const branch = await this.#branch();
    if (branch === undefined) throw new UserNotFoundError(name);
    await this.#write(branch, actor, async (draft) => {
      const record = await recordOf(draft, name);
      if (record === undefined) throw new UserNotFoundError(name);
      const changed = change(userOf(decodeDocument(record.bytes)));
      await draft.update(COLLECTION, record, encodeDocument(documentOf(changed)));
    });
  }

  /** @throws UserNotFoundError */
  async remove(name: UserName, actor: Actor): Promise<void> {
    const branch = await this.#branch();
    if (branch === undefined) throw new UserNotFoundError(name);
    await this.#write(branch, actor, async (draft) => {
      const record = await recordOf(draft, name);
      if (record === undefined) throw new UserNotFoundError(name);
      await draft.remove(COLLECTION, record);
    });
  }

  async #all(): Promise<ReadonlyMap<string, User>> {
    const branch = await this.#branch();
    if (branch === undefined) return new Map();
    const { materializer } = this.engine;
    const state = await materializer.current(branch.branch.id);
    if (this.#known?.lsn === state.lsn) return this.#known.users;
    const users = new Map<string, User>();
    const view = new CollectionView(
      COLLECTION,
      state,
      materializer.collectionOf(state, COLLECTION),
      materializer,
    );
    for await (const { documents } of view.scan()) {
      for (const bytes of documents) {
        const user = userOf(decodeDocument(bytes));
        users.set(keyOf(user), user);
      }
    }
    this.#known = { lsn: state.lsn, users };
    return users;
  }

  async #branch(): Promise<LiveBranch | undefined> {
    const found = await findBranch(this.engine.store, SYSTEM_PROJECT, BRANCH);
    return typeof found === 'string' ? undefined : found;
  }

  async #made(): Promise<LiveBranch> {
    const known = await this.#branch();
    if (known !== undefined) return known;
    try {
      const { store } = this.engine;
      return await store.createProject({ name: SYSTEM_PROJECT, branchName: BRANCH, actor: NOBODY });
    } catch (error) {
      const found = error instanceof ProjectExistsError ? await this.#branch() : undefined;
      if (found === undefined) throw error;
      return found;
    }
  }

  #write(on: LiveBranch, actor: Actor, work: (draft: Draft) => Promise<void>): Promise<void> {
    return this.engine.write(on.branch.id, SYSTEM_PROJECT, work, actor);
  }
}

function keyOf({ user, db }: UserName): string {
  return `${db}.${user}`;
}

async function recordOf(draft: Draft, name: UserName): Promise<StoredRecord | undefined> {
  const view = draft.collection(COLLECTION);
  const ref = await view.collection?.byId(idKey(keyOf(name)));
  if (ref === undefined) return undefined;
  const [bytes] = await draft.documents(draft.state, [ref.lsn]);
  return { ...ref, bytes: bytes! };
}

/** As mongod writes a user down. */
function documentOf({ user, db, userId, credentials, roles }: User): Doc {
  const { iterationCount, salt, storedKey, serverKey } = credentials;
  const keys = new Map<string, Value>([
    ['iterationCount', iterationCount],
    ['salt', salt.toString('base64')],
    ['storedKey', storedKey.toString('base64')],
    ['serverKey', serverKey.toString('base64')],
  ]);
  return new Map<string, Value>([
    ['_id', keyOf({ user, db })],
    ['userId', new Binary(userId, Binary.SUBTYPE_UUID)],
    ['user', user],
    ['db', db],
    ['credentials', new Map([[MECHANISM, keys]])],
    [
      'roles',
      roles.map(
        (granted) =>
          new Map<string, Value>([
            ['role', granted.role],
            ['db', granted.db],
          ]),
      ),
    ],
  ]);
}

function userOf(document: Doc): User {
  const keys = (document.get('credentials') as Doc).get(MECHANISM) as Doc;
  const bytes = (field: string) => Buffer.from(keys.get(field) as string, 'base64');
  const credentials: ScramCredentials = {
    iterationCount: Number(keys.get('iterationCount')),
    salt: bytes('salt'),
    storedKey: bytes('storedKey'),
    serverKey: bytes('serverKey'),
  };
  const roles: GrantedRole[] = (document.get('roles') as Doc[]).map((granted) => ({
    role: granted.get('role') as string,
    db: granted.get('db') as string,
  }));
  return {
    user: document.get('user') as string,
    db: document.get('db') as string,
    userId: (document.get('userId') as Binary).buffer,
    credentials,
    roles,
  };
}
