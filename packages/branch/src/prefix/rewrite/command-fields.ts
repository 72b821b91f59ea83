import { RawDocument, type Value } from '@argon/bson';
import { CommandError, type CommandDocument } from '@argon/engine';

/** Arrays of documents that may be larger than a message's body, and are sent beside it. */
const BULK = new Set(['documents', 'updates', 'deletes', 'ops', 'nsInfo']);

/** A command whose fields can be replaced; those that are not stay in the bytes that they came in. */
export class CommandFields {
  readonly name: string;
  readonly body = new Map<string, Value>();
  readonly sequences = new Map<string, readonly Uint8Array[]>();

  constructor(command: CommandDocument) {
    this.name = command.name;
    for (const field of command.fields()) {
      const bulk = BULK.has(field) ? documentsOf(command, field) : undefined;
      if (bulk !== undefined) this.sequences.set(field, bulk);
      else this.body.set(field, rawOf(command, field));
    }
  }

  get(command: CommandDocument, field: string): Value | undefined {
    return this.body.has(field) ? command.get(field) : undefined;
  }

  set(field: string, value: Value): void {
    this.body.set(field, value);
  }
}

function rawOf(command: CommandDocument, field: string): Value {
  const raw = command.raw(field);
  return raw === undefined ? command.get(field)! : new RawDocument(raw);
}

/** Undefined for what is no array of documents, which is mongod's to refuse. */
function documentsOf(command: CommandDocument, field: string): readonly Uint8Array[] | undefined {
  try {
    const documents = command.rawArray(field);
    return documents === undefined || documents.length === 0 ? undefined : documents;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
