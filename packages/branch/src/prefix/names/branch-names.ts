import type { Doc } from '@argon/bson';
import { CommandError } from '@argon/engine';
import { validateCollectionName } from '@argon/wal';
import { PrefixAmbiguousError } from '../errors';
import { literally } from './literally';
import { prefixOf, type Prefixes } from './prefixes';

/** How names are turned, one way or the other. Values that cannot be names are left for mongod to refuse. */
export interface NameMap {
  collection(name: string): string;
  database(name: string): string;
  /** Whether stages that are not known are refused; what mongod itself tells of is shown as it is. */
  readonly strict: boolean;
  /** What becomes of stages that are not known, unless strict; without it they stay. */
  readonly unknown?: (stage: Doc) => Doc;
}

const SYSTEM = /^system\.(?!buckets\.)/;

/** The names of one branch: as its users know them (`shop~feature`, `users`) and as they are stored (`legacy`, `feature_users`). */
export class BranchNames {
  /** To what is stored; what it throws is meant for the client. */
  readonly toStored: NameMap;
  /** To what users know; what is not the branch's stays as it is. */
  readonly toShown: NameMap;
  #namespace: RegExp | undefined;

  constructor(
    readonly branch: string,
    readonly prefixes: Prefixes,
    /** The database as users address it. */
    readonly shownDatabase: string,
    readonly storedDatabase: string,
  ) {
    this.toStored = {
      collection: (name) => this.stored(name),
      database: (name) => this.storedDatabaseOf(name),
      strict: true,
    };
    this.toShown = {
      collection: (name) => prefixes.shown(branch, name) ?? name,
      database: (name) => (name === storedDatabase ? shownDatabase : name),
      strict: false,
    };
  }

  /**
   * `users` → `feature_users`. @throws CommandError InvalidNamespace for what cannot be a collection's name or is of
   * mongod's own, PrefixAmbiguousError for what another branch's prefix claims
   */
  stored(collection: string): string {
    if (collection.startsWith('$cmd.')) return collection;
    try {
      validateCollectionName(collection);
    } catch (error) {
      // Under a prefix mongod would take an empty name, or one that begins with a dot.
      const message = collection.startsWith('.')
        ? `Collection names cannot start with '.': ${collection}`
        : `Invalid namespace specified '${this.shownDatabase}.${collection}'`;
      throw new CommandError('InvalidNamespace', message, { cause: error });
    }
    if (SYSTEM.test(collection)) {
      throw new CommandError(
        'InvalidNamespace',
        `'${this.shownDatabase}.${collection}' is MongoDB's own: it belongs to the whole database, not to branch '${this.branch}'`,
      );
    }
    const stored = this.prefixes.stored(this.branch, collection);
    const owner = this.prefixes.ownerOf(stored);
    if (owner !== undefined && owner !== this.branch) {
      throw new PrefixAmbiguousError(this.branch, collection, owner);
    }
    return stored;
  }

  /** `legacy.feature_users` → `shop~feature.users`, of a text that is a namespace. */
  shownNamespace(namespace: string): string {
    const dot = namespace.indexOf('.');
    if (dot < 0) return this.toShown.database(namespace);
    if (namespace.slice(0, dot) !== this.storedDatabase) return namespace;
    return `${this.shownDatabase}.${this.toShown.collection(namespace.slice(dot + 1))}`;
  }

  /** The same wherever namespaces stand in a text. */
  shownNamespaces(text: string): string {
    return text.replace((this.#namespace ??= this.namespaces()), (whole: string, stored: string) => {
      // A sentence may end right behind the name.
      const name = stored.replace(/\.+$/, '');
      const shown = this.prefixes.shown(this.branch, name);
      return shown === undefined ? whole : `${this.shownDatabase}.${shown}${stored.slice(name.length)}`;
    });
  }

  /** Namespaces of collections that begin with the branch's prefix, in a text. */
  private namespaces(): RegExp {
    const before = '(?<![\\p{L}\\p{N}_.~-])';
    const prefix = `(?:system\\.buckets\\.)?${literally(prefixOf(this.branch))}`;
    return new RegExp(
      `${before}${literally(this.storedDatabase)}\\.(${prefix}[^\\s'"\`,;:()\\[\\]{}]+)`,
      'gu',
    );
  }

  private storedDatabaseOf(name: string): string {
    if (name === this.shownDatabase) return this.storedDatabase;
    throw new CommandError(
      'CommandNotSupported',
      `Database '${name}' cannot be named here: on a traditional branch, collections of '${this.shownDatabase}' alone can be`,
    );
  }
}
