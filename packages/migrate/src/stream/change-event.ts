import { Binary, elementValue, findElement, idKey, type Timestamp, type Value } from '@argon/bson';
import type { Site } from '../site/site';
import { documentField } from './cluster-time';

interface Happened {
  /** The resume token after it, an encoded document. */
  readonly token: Uint8Array;
  /** When mongod did it; alike for everything in one transaction. */
  readonly time: Timestamp;
  /** The same by the server's clock, ms; undefined of servers before 6.0. */
  readonly wallTime: number | undefined;
  /** The collection's UUID, in hexadecimal; undefined of servers before 6.0. */
  readonly uuid: string | undefined;
  /** Whether more may follow that was done in the same transaction. */
  readonly inTransaction: boolean;
  /** What it takes in memory, about. */
  readonly size: number;
}

/** A document of the site changed. */
export interface DocumentEvent extends Happened {
  readonly kind: 'document';
  readonly collection: string;
  readonly id: Value;
  readonly key: string;
  /** What it became: bytes; nothing (null); or what the event does not tell, for it has only what changed (undefined). */
  readonly image: Uint8Array | null | undefined;
}

/** A collection of the site was made, or its options or indexes changed. */
export interface DefinitionEvent extends Happened {
  readonly kind: 'definition';
  readonly collection: string;
}

/** A collection was dropped, or went out of the site. */
export interface DropEvent extends Happened {
  readonly kind: 'drop';
  readonly collection: string;
}

/** A collection got its name; what had it before is gone. */
export interface RenameEvent extends Happened {
  readonly kind: 'rename';
  /** Undefined: it came from outside of the site. */
  readonly from: string | undefined;
  readonly to: string;
}

/** Nothing that concerns the site; or the end of this stream, after which another is to be opened. */
export interface OtherEvent extends Happened {
  readonly kind: 'other' | 'invalidate';
}

export type ChangeEvent = DocumentEvent | DefinitionEvent | DropEvent | RenameEvent | OtherEvent;

/** Reads an event of a change stream on a site's database. */
export function readEvent(bytes: Uint8Array, site: Site): ChangeEvent {
  const field = (name: string): Value | undefined => {
    const element = findElement(bytes, name);
    return element && elementValue(bytes, element);
  };
  const wallTime = field('wallTime');
  const happened: Happened = {
    token: Uint8Array.from(documentField(bytes, '_id')!),
    time: field('clusterTime') as Timestamp,
    uuid: uuidText(field('collectionUUID')),
    wallTime: wallTime instanceof Date ? wallTime.getTime() : undefined,
    inTransaction: findElement(bytes, 'txnNumber') !== undefined,
    size: bytes.length,
  };
  const type = field('operationType') as string;
  if (type === 'invalidate') return { kind: 'invalidate', ...happened };
  const collection = shownIn(bytes, 'ns', site);
  if (type === 'rename') {
    const to = shownIn(bytes, 'to', site);
    if (to !== undefined) return { kind: 'rename', from: collection, to, ...happened };
    if (collection !== undefined) return { kind: 'drop', collection, ...happened };
  }
  if (collection === undefined) return { kind: 'other', ...happened };
  switch (type) {
    case 'insert':
    case 'replace':
    case 'update':
    case 'delete': {
      const id = idOf(documentField(bytes, 'documentKey')!);
      const key = idKey(id);
      const image = type === 'update' ? undefined : (documentField(bytes, 'fullDocument') ?? null);
      return { kind: 'document', collection, id, key, image, ...happened };
    }
    case 'create':
    case 'createIndexes':
    case 'dropIndexes':
    case 'modify':
      return { kind: 'definition', collection, ...happened };
    case 'drop':
      return { kind: 'drop', collection, ...happened };
    default:
      return { kind: 'other', ...happened };
  }
}

function shownIn(bytes: Uint8Array, name: string, site: Site): string | undefined {
  const namespace = documentField(bytes, name);
  const element = namespace && findElement(namespace, 'coll');
  return element && site.shown(elementValue(namespace, element) as string);
}

function idOf(key: Uint8Array): Value {
  return elementValue(key, findElement(key, '_id')!);
}

/** A UUID's bytes in hexadecimal. */
export function uuidText(uuid: Value | undefined): string | undefined {
  return uuid instanceof Binary ? Buffer.from(uuid.value()).toString('hex') : undefined;
}
