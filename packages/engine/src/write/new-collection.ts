import { Binary, type Doc, type Value } from '@argon/bson';
import { randomFillSync } from 'node:crypto';

/** What the entry that makes a collection, or a view, keeps: `{uuid, type, options}`. */
export function newCollection(options: ReadonlyMap<string, Value>): Doc {
  const uuid = randomFillSync(Buffer.alloc(16));
  uuid[6] = (uuid[6]! & 0x0f) | 0x40;
  uuid[8] = (uuid[8]! & 0x3f) | 0x80;
  return new Map<string, Value>([
    ['uuid', new Binary(uuid, Binary.SUBTYPE_UUID)],
    ['type', options.has('viewOn') ? 'view' : 'collection'],
    ['options', new Map(options)],
  ]);
}
