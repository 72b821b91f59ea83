import type {
  BSONRegExp,
  BSONSymbol,
  Binary,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { bsonType } from 'bson';

/**
 * A decoded BSON document. A Map, because it must keep field order whatever the names are: a plain object would
 * move integer-like keys to the front and treat `__proto__` as something other than data.
 */
export type Doc = Map<string, Value>;

/** The deprecated BSON type 6. JavaScript's `undefined` always means "missing" in Argon, never this. */
export class BsonUndefined {
  get _bsontype(): 'BsonUndefined' {
    return 'BsonUndefined';
  }
  get [bsonType](): 'BsonUndefined' {
    return 'BsonUndefined';
  }
  static readonly VALUE = new BsonUndefined();
  private constructor() {}
}

/** The deprecated BSON type 12. */
export class DBPointer {
  get _bsontype(): 'DBPointer' {
    return 'DBPointer';
  }
  get [bsonType](): 'DBPointer' {
    return 'DBPointer';
  }
  constructor(
    readonly namespace: string,
    readonly id: ObjectId,
  ) {}
}

/** A document that stays in its encoded form; the encoder copies `bytes` verbatim. */
export class RawDocument {
  get _bsontype(): 'RawDocument' {
    return 'RawDocument';
  }
  get [bsonType](): 'RawDocument' {
    return 'RawDocument';
  }
  constructor(readonly bytes: Uint8Array) {}
}

/**
 * A BSON value with its exact type.
 *
 * Numbers follow the rule by which js-bson writes them, so that every value has one reading:
 * - `number` that is an integer in int32 range (and not −0): int32; any other `number`: double
 * - `Double`: a double whose value an int32 could hold (`1.0`); `Long` or `bigint`: int64; `Decimal128`: decimal
 *
 * `Int32` and `bigint` are accepted wherever a value is taken and are never produced by the decoder.
 */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | Double
  | Int32
  | Long
  | Decimal128
  | ObjectId
  | Date
  | Timestamp
  | Binary
  | BSONRegExp
  | BSONSymbol
  | Code
  | DBPointer
  | MinKey
  | MaxKey
  | BsonUndefined
  | RawDocument
  | Doc
  | Value[];

/** What may be encoded as a document: a decoded one, a raw one, or a plain object in field order. */
export type DocumentLike = Doc | RawDocument | { readonly [field: string]: unknown };
