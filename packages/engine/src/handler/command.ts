import {
  RawDocument,
  bsonTypeName,
  documentAt,
  elements,
  elementValue,
  encodeDocument,
  type Doc,
  type DocumentLike,
  type RawElement,
  type Value,
} from '@argon/bson';
import type { CommandDocument } from './contract';
import { CommandError } from './errors';

const BSON_DOCUMENT = 3;
const BSON_ARRAY = 4;

/** A command document over its bytes: fields are found once and decoded when asked for. */
export class Command implements CommandDocument {
  readonly name: string;
  readonly database: string;
  readonly #body: Uint8Array;
  readonly #fields: Map<string, RawElement>;
  readonly #sequences: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly #decoded = new Map<string, Value>();

  private constructor(
    body: Uint8Array,
    sequences: ReadonlyMap<string, readonly Uint8Array[]>,
    database?: string,
  ) {
    this.#body = body;
    this.#sequences = sequences;
    this.#fields = new Map();
    for (const element of elements(body)) {
      if (!this.#fields.has(element.name)) this.#fields.set(element.name, element);
    }
    for (const field of sequences.keys()) {
      if (!this.#fields.has(field)) continue;
      throw new CommandError(40433, `Duplicate field between body and document sequence ${field}`);
    }
    const first = this.#fields.keys().next();
    if (first.done === true) {
      throw new CommandError(40571, 'OP_MSG requests require a $db argument');
    }
    this.name = first.value;
    this.database = database ?? this.namedDatabase();
  }

  private namedDatabase(): string {
    const database = this.get('$db');
    if (typeof database === 'string') return database;
    if (database === undefined) throw new CommandError(40571, 'OP_MSG requests require a $db argument');
    throw new CommandError(13111, `wrong type for field ($db) ${bsonTypeName(database)} != string`);
  }

  /**
   * A message's body (well-formed BSON) and its document sequences.
   * @param database where it is not in the body as `$db`
   */
  static fromBytes(
    body: Uint8Array,
    sequences: ReadonlyMap<string, readonly Uint8Array[]> = new Map(),
    database?: string,
  ): Command {
    return new Command(body, sequences, database);
  }

  /** A command written in JavaScript; `database` becomes `$db` unless the document has one. */
  static from(document: DocumentLike, database?: string): Command {
    if (document instanceof RawDocument) return new Command(document.bytes, new Map());
    if (database === undefined) return new Command(encodeDocument(document), new Map());
    const entries: Iterable<readonly [string, unknown]> =
      document instanceof Map ? document.entries() : Object.entries(document);
    const withDatabase = new Map<string, Value>();
    for (const [field, value] of entries) withDatabase.set(field, value as Value);
    withDatabase.set('$db', database);
    return new Command(encodeDocument(withDatabase), new Map());
  }

  has(field: string): boolean {
    return this.#fields.has(field) || this.#sequences.has(field);
  }

  fields(): readonly string[] {
    return [...this.#fields.keys(), ...this.#sequences.keys()];
  }

  get(field: string): Value | undefined {
    const known = this.#decoded.get(field);
    if (known !== undefined) return known;
    const element = this.#fields.get(field);
    if (element === undefined) return undefined;
    const value = elementValue(this.#body, element);
    this.#decoded.set(field, value);
    return value;
  }

  raw(field: string): Uint8Array | undefined {
    const element = this.#fields.get(field);
    return element?.type === BSON_DOCUMENT ? documentAt(this.#body, element) : undefined;
  }

  rawArray(field: string): readonly Uint8Array[] | undefined {
    const sequence = this.#sequences.get(field);
    if (sequence !== undefined) return sequence;
    const element = this.#fields.get(field);
    if (element?.type !== BSON_ARRAY) return undefined;
    const array = documentAt(this.#body, element);
    const documents: Uint8Array[] = [];
    for (const item of elements(array)) {
      if (item.type !== BSON_DOCUMENT) {
        throw new CommandError(
          'TypeMismatch',
          `BSON field '${this.name}.${field}.${item.name}' is the wrong type, expected type 'object'`,
        );
      }
      documents.push(documentAt(array, item));
    }
    return documents;
  }

  toDocument(): Doc {
    const document: Doc = new Map();
    for (const field of this.#fields.keys()) document.set(field, this.get(field) as Value);
    for (const [field, sequence] of this.#sequences) {
      document.set(
        field,
        sequence.map((bytes) => new RawDocument(bytes)),
      );
    }
    return document;
  }

  toBytes(): Uint8Array {
    return this.#sequences.size === 0 ? this.#body : encodeDocument(this.toDocument());
  }
}
