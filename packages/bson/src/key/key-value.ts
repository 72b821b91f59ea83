import { Binary, BSONRegExp, Code, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { makeDate } from '../document/dates';
import { makeDouble } from '../numeric/kinds';
import { BsonUndefined, DBPointer } from '../value';
import type { Doc, Value } from '../value';
import { CLASS_BASE } from './encode-key';
import { areLongs, areTexts, numberForm } from './key-forms';

/** What cannot be told from a key. */
class Untold extends Error {}

/**
 * The value that a key (`idKey`) was made of, exactly; undefined if the key does not tell which of several it was.
 *
 * @param forms - The bits (`keyForms`) of the values among which it is.
 */
export function keyValue(key: string, forms: number): Value | undefined {
  try {
    return new KeyReader(key, forms).value();
  } catch (error) {
    if (error instanceof Untold) return undefined;
    throw error;
  }
}

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
const MIN_KEY = new MinKey();
const MAX_KEY = new MaxKey();
const UNTOLD = new Untold('the key stands for several values');
/** Digits of a number between two doubles, two per byte. */
const DIGIT_BYTES = 17;
const EXPONENT_BIAS = 0x4000;

class KeyReader {
  #at = 0;

  constructor(
    private readonly key: string,
    private readonly forms: number,
  ) {}

  value(): Value {
    return this.#body(this.#byte() - CLASS_BASE);
  }

  #body(kind: number): Value {
    switch (kind) {
      case -1:
        return MIN_KEY;
      case 0:
        return BsonUndefined.VALUE;
      case 5:
        return null;
      case 10:
        return this.#number();
      case 15:
        if (!areTexts(this.forms)) throw UNTOLD;
        return this.#text();
      case 20:
        return this.#document();
      case 25: {
        const items: Value[] = [];
        while (this.key.charCodeAt(this.#at) !== 0) items.push(this.value());
        this.#at += 1;
        return items;
      }
      case 30:
        return this.#binary();
      case 35:
        return new ObjectId(this.#bytes(12));
      case 40:
        return this.#byte() === 1;
      case 45: {
        const high = this.#uint32() ^ 0x8000_0000;
        return makeDate(this.#uint32(), high);
      }
      case 47: {
        const high = this.#uint32();
        return Timestamp.fromBits(this.#uint32(), high);
      }
      case 50: {
        const regExp = new BSONRegExp(this.#text());
        // Not by the constructor: it sorts the options.
        regExp.options = this.#text();
        return regExp;
      }
      case 55: {
        const namespace = this.#bytes(this.#uint32()).toString();
        return new DBPointer(namespace, new ObjectId(this.#bytes(12)));
      }
      case 60:
        return new Code(this.#text());
      case 65: {
        const code = this.#text();
        return new Code(code, this.#document());
      }
      case 127:
        return MAX_KEY;
      default:
        throw UNTOLD;
    }
  }

  #number(): Value {
    const high = this.#uint32();
    const low = this.#uint32();
    const isBetween = this.#byte() !== 0;
    if (isBetween) return this.#long();
    if (high === 0 && low === 0) return areLongs(this.forms) ? Number.NaN : this.#untold();
    const isPositive = high >>> 31 === 1;
    halves[0] = isPositive ? low : ~low;
    halves[1] = isPositive ? high & 0x7fff_ffff : ~high;
    const value = double[0]!;
    switch (numberForm(value, this.forms)) {
      case 'int':
        return value;
      case 'long':
        return Long.fromBigInt(BigInt(value));
      case 'double':
        return makeDouble(value);
      default:
        return this.#untold();
    }
  }

  /** A number that no double is, from its digits. */
  #long(): Value {
    if (!areLongs(this.forms)) throw UNTOLD;
    const digits = this.#bytes(2 + DIGIT_BYTES);
    // The sign is the double's: the digits of negative numbers are inverted, and so is the exponent's first bit.
    const isNegative = digits[0]! >= 0x80;
    if (isNegative) for (let index = 0; index < digits.length; index++) digits[index] = digits[index]! ^ 255;
    const length = digits.readUInt16BE(0) - EXPONENT_BIAS;
    let text = '';
    for (let index = 2; index < digits.length; index++) text += String(digits[index]).padStart(2, '0');
    const value = BigInt(text.slice(0, length));
    return Long.fromBigInt(isNegative ? -value : value);
  }

  #document(): Doc {
    const doc: Doc = new Map();
    for (;;) {
      const kind = this.#byte();
      if (kind === 0) return doc;
      const name = this.#text();
      doc.set(name, this.#body(kind - CLASS_BASE));
    }
  }

  #binary(): Binary {
    const length = this.#uint32();
    const subType = this.#byte();
    // The old generic subtype counts the length that it holds a second time.
    return new Binary(this.#bytes(subType === Binary.SUBTYPE_BYTE_ARRAY ? length - 4 : length), subType);
  }

  /** A text ends with \0\x01; \0\xff is a zero byte in it. */
  #text(): string {
    let end = this.key.indexOf('\0', this.#at);
    let hasZeros = false;
    while (this.key.charCodeAt(end + 1) !== 1) {
      hasZeros = true;
      end = this.key.indexOf('\0', end + 2);
    }
    const raw = this.key.slice(this.#at, end);
    this.#at = end + 2;
    const bytes = hasZeros ? raw.replaceAll('\0\xff', '\0') : raw;
    return /^[\0-\x7f]*$/.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString();
  }

  #bytes(length: number): Buffer {
    this.#at += length;
    return Buffer.from(this.key.slice(this.#at - length, this.#at), 'latin1');
  }

  #byte(): number {
    return this.key.charCodeAt(this.#at++);
  }

  #uint32(): number {
    const { key } = this;
    const at = this.#at;
    this.#at += 4;
    return (
      ((key.charCodeAt(at) << 24) |
        (key.charCodeAt(at + 1) << 16) |
        (key.charCodeAt(at + 2) << 8) |
        key.charCodeAt(at + 3)) >>>
      0
    );
  }

  #untold(): never {
    throw UNTOLD;
  }
}
