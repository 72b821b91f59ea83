import {
  ObjectId,
  Timestamp,
  decodeDocument,
  documentId,
  elements,
  encodeDocument,
  withIdFirst,
  type Value,
} from '@argon/bson';
import { CommandError } from '../handler/errors';
import { okReply } from '../handler/reply';
import { refuseSystemCollection } from '../stored-views/refuse';
import type { Draft } from '../write/draft';
import { CommandDefinition } from './definition';
import { checkId } from './document-id';
import { writeError } from './write-error';

const MAX_BATCH = 100_000;

/** One commit for the whole batch, so every reader sees all of it or nothing (up to the first error, when ordered). */
export const insertCommand = new CommandDefinition({
  name: 'insert',
  help: 'Inserts documents.',
  fields: [
    'documents',
    'ordered',
    'bypassDocumentValidation',
    'bypassEmptyTsReplacement',
    'encryptionInformation',
  ],
  run: async (operation) => {
    const collection = operation.collectionName();
    refuseSystemCollection(collection, operation.database);
    const given = operation.requiredArray('documents');
    const ordered = operation.command.get('ordered') !== false;
    if (given.length === 0 || given.length > MAX_BATCH) {
      throw new CommandError(
        'InvalidLength',
        `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${given.length} operations.`,
      );
    }
    const { retryable } = operation;
    retryable?.checkCount(given.length);
    // Prepared once: when the commit is computed again, generated ids stay what they were.
    const documents = given.map((bytes) => prepareInsert(bytes));
    const { activity } = operation.engine;
    activity.operations.insert += documents.length;
    const reply = await operation.write(async (draft: Draft) => {
      const errors: Value[] = [];
      let inserted = 0;
      for (let i = 0; i < documents.length; i++) {
        if ((i & 127) === 127) operation.checkTime();
        try {
          if (retryable?.executed(i) !== undefined) {
            inserted++;
            continue;
          }
          const document = documents[i]!;
          if (document instanceof CommandError) throw document;
          await draft.insert(collection, document.bytes, document.id);
          retryable?.done(i);
          inserted++;
        } catch (error) {
          errors.push(writeError(i, error));
          if (ordered) break;
        }
      }
      return okReply({
        n: inserted,
        writeErrors: errors.length > 0 ? errors : undefined,
        retriedStmtIds: retryable?.retriedField,
      });
    });
    activity.documents.inserted += reply.get('n') as number;
    return reply;
  },
});

export interface Prepared {
  readonly bytes: Uint8Array;
  readonly id: Value;
}

/** A document as it will lie in the log: `_id` first, generated if absent; zero timestamps filled in, as mongod does. */
export function prepareInsert(bytes: Uint8Array): Prepared | CommandError {
  const given = documentId(bytes);
  const problem = given === undefined ? undefined : checkId(given);
  if (problem !== undefined) return problem;
  const id = given ?? new ObjectId();
  const identified = withIdFirst(bytes, id);
  return { bytes: hasZeroTimestamp(identified) ? fillTimestamps(identified) : identified, id };
}

const BSON_TIMESTAMP = 17;
/** The end of a field's name and a timestamp's eight bytes. */
const ZEROS = 9;

function hasZeroTimestamp(bytes: Uint8Array): boolean {
  // Mostly what would say so is nowhere in the document.
  if (!hasZeros(bytes)) return false;
  for (const element of elements(bytes)) {
    if (element.type === BSON_TIMESTAMP && element.name !== '_id') {
      let zero = true;
      for (let i = element.start; i < element.end; i++) zero &&= bytes[i] === 0;
      if (zero) return true;
    }
  }
  return false;
}

/** Whether there are as many zero bytes in a row: looks at every ninth byte, for one of them would be among those. */
function hasZeros(bytes: Uint8Array): boolean {
  for (let i = ZEROS - 1; i < bytes.length; i += ZEROS) {
    if (bytes[i] !== 0) continue;
    let [from, to] = [i, i + 1];
    while (bytes[from - 1] === 0) from -= 1;
    while (bytes[to] === 0) to += 1;
    if (to - from >= ZEROS) return true;
  }
  return false;
}

let ordinal = 0;

function fillTimestamps(bytes: Uint8Array): Uint8Array {
  const document = decodeDocument(bytes);
  for (const [field, value] of document) {
    if (field !== '_id' && value instanceof Timestamp && value.isZero()) {
      document.set(
        field,
        new Timestamp({ t: Math.floor(Date.now() / 1000), i: (ordinal = (ordinal % 0xffff) + 1) }),
      );
    }
  }
  return encodeDocument(document);
}
