import { encodeDocument, isInt32, makeLong, RawDocument, type Doc, type Value } from '@argon/bson';

/** Bytes of documents that a reply shows as examples: it must fit into one message whatever the documents weigh. */
const EXAMPLE_BYTES = 4 * 1024 * 1024;

/**
 * A report of ours in BSON: whole numbers as int or long (as mongod's counts), undefined as null. A Map is BSON already,
 * and stays as it is.
 */
export function replyValue(value: unknown): Value {
  if (value === undefined) return null;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? integer(value) : value;
  if (Array.isArray(value)) return value.map(replyValue);
  if (isPlain(value)) {
    return new Map(Object.entries(value).map(([name, field]) => [name, replyValue(field)]));
  }
  return value as Value;
}

export function replyDocument(fields: object): Doc {
  return replyValue({ ...fields }) as Doc;
}

/** mongod's habit: an int where it fits, else a long. */
function integer(value: number): Value {
  return isInt32(value) ? value : makeLong(BigInt(value));
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Room for examples in one reply: those that come first are shown as far as it reaches. */
export class ExampleRoom {
  #left = EXAMPLE_BYTES;

  /** As many of them as there is room for, encoded. */
  fitting(examples: Iterable<Doc>): readonly RawDocument[] {
    const shown: RawDocument[] = [];
    for (const example of examples) {
      const bytes = encodeDocument(example);
      if (bytes.length > this.#left) {
        this.#left = 0;
        break;
      }
      this.#left -= bytes.length;
      shown.push(new RawDocument(bytes));
    }
    return shown;
  }
}
