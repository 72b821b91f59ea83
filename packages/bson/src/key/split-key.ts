import { invertedKey } from './bytes';
import { CLASS_BASE } from './encode-key';

/**
 * The parts of a key that `encodeKey` made of as many values as there are directions, each as the ascending key of its
 * value (`idKey`). What the key does not have any more is left out.
 */
export function splitKey(key: string, directions: readonly (1 | -1)[]): string[] {
  const parts: string[] = [];
  let at = 0;
  for (const direction of directions) {
    if (at >= key.length) break;
    const end = valueEnd(key, at, direction === -1 ? 255 : 0);
    const part = key.slice(at, end);
    parts.push(direction === -1 ? invertedKey(part) : part);
    at = end;
  }
  return parts;
}

/** @param mask - 255 where every byte is inverted, else 0. */
function valueEnd(key: string, at: number, mask: number): number {
  return bodyEnd(key, at + 1, (key.charCodeAt(at) ^ mask) - CLASS_BASE, mask);
}

function bodyEnd(key: string, at: number, kind: number, mask: number): number {
  switch (kind) {
    case 10: // number: a double, then digits if there is more
      return at + ((key.charCodeAt(at + 8) ^ mask) === 0 ? 9 : 28);
    case 15:
    case 60:
      return textEnd(key, at, mask);
    case 20:
      return documentEnd(key, at, mask);
    case 25: {
      let end = at;
      while ((key.charCodeAt(end) ^ mask) !== 0) end = valueEnd(key, end, mask);
      return end + 1;
    }
    case 30: {
      const length = uint32(key, at, mask);
      const subType = key.charCodeAt(at + 4) ^ mask;
      return at + 5 + (subType === 2 ? length - 4 : length);
    }
    case 35:
      return at + 12;
    case 40:
      return at + 1;
    case 45:
    case 47:
      return at + 8;
    case 50:
      return textEnd(key, textEnd(key, at, mask), mask);
    case 55:
      return at + 4 + uint32(key, at, mask) + 12;
    case 65:
      return documentEnd(key, textEnd(key, at, mask), mask);
    default:
      return at;
  }
}

function documentEnd(key: string, at: number, mask: number): number {
  let end = at;
  while ((key.charCodeAt(end) ^ mask) !== 0) {
    const kind = (key.charCodeAt(end) ^ mask) - CLASS_BASE;
    end = bodyEnd(key, textEnd(key, end + 1, mask), kind, mask);
  }
  return end + 1;
}

/** A text ends with \0\x01; \0\xff is a zero byte in it. */
function textEnd(key: string, at: number, mask: number): number {
  const zero = String.fromCharCode(mask);
  for (let end = key.indexOf(zero, at); end >= 0; end = key.indexOf(zero, end + 2)) {
    if ((key.charCodeAt(end + 1) ^ mask) === 1) return end + 2;
  }
  return key.length;
}

function uint32(key: string, at: number, mask: number): number {
  let value = 0;
  for (let index = at; index < at + 4; index++) value = value * 256 + (key.charCodeAt(index) ^ mask);
  return value;
}
