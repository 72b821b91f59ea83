import {
  Binary,
  decodeDocument,
  documentId,
  EjsonSyntaxError,
  encodeDocument,
  isNumber,
  parseEjson,
  toNumber,
  type Doc,
  type Value,
} from '@argon/bson';
import { validateCollectionName } from '@argon/wal';
import { wrappedBytes } from '../../document/bson-wrapper';
import type { PatchChange, PatchLine, PatchPlace } from './contract';
import { PatchFormatError } from './errors';

/** Reads a line that `lineText` wrote. @param number which one it is, from 1 @throws PatchFormatError */
export function readLine(text: string, number: number): PatchLine {
  let value: Value;
  try {
    value = parseEjson(text);
  } catch (error) {
    if (!(error instanceof EjsonSyntaxError)) throw error;
    throw new PatchFormatError(number, 'it is not Extended JSON', error);
  }
  if (!(value instanceof Map)) throw new PatchFormatError(number, 'it is not a document');
  return new LineReader(value, number).line();
}

/** The fields of a line, each read as what it must be. */
class LineReader {
  constructor(
    private readonly fields: Doc,
    private readonly number: number,
  ) {}

  line(): PatchLine {
    const op = this.text('op');
    switch (op) {
      case 'patch':
        if (this.integer('version') !== 1) throw this.#problem('its version is not 1');
        return { op, version: 1, from: this.place('from'), to: this.place('to') };
      case 'end':
        return { op, lines: this.integer('lines') };
    }
    const collection = this.name('collection');
    switch (op) {
      case 'drop':
        return { op, collection };
      case 'rename':
        return { op, collection, to: this.name('to') };
      case 'create':
        return { op, collection, type: this.type(), uuid: this.uuid(), options: this.held('options') };
      case 'options':
        return { op, collection, before: this.held('before'), after: this.held('after') };
      case 'drop-index':
      case 'create-index':
        return { op, collection, index: this.index() };
      case 'insert':
      case 'delete': {
        const document = this.bytes('document');
        return { op, collection, id: this.idOf(document), document };
      }
      case 'replace': {
        const before = this.bytes('before');
        return { op, collection, id: this.idOf(before), before, after: this.bytes('after') };
      }
      case 'update':
        return { op, collection, id: this.#get('_id'), changes: this.changes() };
      default:
        throw this.#problem(`'${op}' is nothing that a patch does`);
    }
  }

  private text(field: string): string {
    const value = this.#get(field);
    if (typeof value !== 'string' || value === '') throw this.#problem(`'${field}' is not a text`);
    return value;
  }

  /** A collection's name. */
  private name(field: string): string {
    const name = this.text(field);
    try {
      validateCollectionName(name);
    } catch (error) {
      throw new PatchFormatError(this.number, `'${field}' is no name of a collection`, error);
    }
    return name;
  }

  private index(): Doc {
    const index = this.held('index');
    if (typeof index.get('name') !== 'string' || !(index.get('key') instanceof Map)) {
      throw this.#problem("'index' has no name or key");
    }
    return index;
  }

  private integer(field: string): number {
    return this.#integer(this.#get(field), field);
  }

  private place(field: string): PatchPlace {
    const value = this.#get(field);
    if (!(value instanceof Map)) throw this.#problem(`'${field}' is not a document`);
    const place = new LineReader(value, this.number);
    return { project: place.text('project'), branch: place.text('branch'), lsn: place.integer('lsn') };
  }

  private type(): 'collection' | 'view' {
    const type = this.text('type');
    if (type !== 'collection' && type !== 'view') throw this.#problem("'type' is not collection or view");
    return type;
  }

  private uuid(): Uint8Array {
    const value = this.#get('uuid');
    if (!(value instanceof Binary) || value.length() !== 16) throw this.#problem("'uuid' is not a UUID");
    return value.value();
  }

  private held(field: string): Doc {
    const value = this.#get(field);
    if (!(value instanceof Map)) throw this.#problem(`'${field}' is not a document`);
    const wrapped = wrappedBytes(value);
    return wrapped === undefined ? value : this.#decoded(wrapped, field);
  }

  private bytes(field: string): Uint8Array {
    const wrapped = wrappedBytes(this.#get(field));
    if (wrapped === undefined) return encodeDocument(this.held(field));
    this.#decoded(wrapped, field);
    return wrapped;
  }

  private idOf(document: Uint8Array): Value {
    const id = documentId(document);
    if (id === undefined) throw this.#problem('the document has no _id');
    return id;
  }

  private changes(): readonly PatchChange[] {
    const changes = this.#get('changes');
    if (!Array.isArray(changes)) throw this.#problem("'changes' is not an array");
    return changes.map((change) => {
      if (!(change instanceof Map)) throw this.#problem('a change is not a document');
      return this.#change(change);
    });
  }

  #change(change: Doc): PatchChange {
    const path = change.get('path');
    const isPath =
      Array.isArray(path) && path.every((step) => typeof step === 'string' || Number.isSafeInteger(step));
    if (!isPath) throw this.#problem("a change's path is not an array of names and places");
    const where = { path: path as (string | number)[] };
    if (!change.has('at')) {
      const [before, after] = [change.get('before'), change.get('after')];
      if (before === undefined && after === undefined) throw this.#problem('a change changes nothing');
      return { ...where, before, after };
    }
    const [removed, inserted] = [change.get('removed'), change.get('inserted')];
    if (!Array.isArray(removed) || !Array.isArray(inserted)) {
      throw this.#problem("a change's elements are not arrays");
    }
    const at = this.#integer(change.get('at'), 'at');
    return { ...where, at, length: this.#integer(change.get('length'), 'length'), removed, inserted };
  }

  #integer(value: Value | undefined, field: string): number {
    const number = value !== undefined && isNumber(value) ? toNumber(value) : Number.NaN;
    if (!Number.isSafeInteger(number) || number < 0) throw this.#problem(`'${field}' is not a whole number`);
    return number;
  }

  #decoded(bytes: Uint8Array, field: string): Doc {
    try {
      return decodeDocument(bytes);
    } catch (error) {
      throw new PatchFormatError(this.number, `'${field}' is not BSON`, error);
    }
  }

  #get(field: string): Value {
    const value = this.fields.get(field);
    if (value === undefined) throw this.#problem(`'${field}' is missing`);
    return value;
  }

  #problem(problem: string): PatchFormatError {
    return new PatchFormatError(this.number, problem);
  }
}
