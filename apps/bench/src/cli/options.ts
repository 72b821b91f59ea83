import { InvalidArgumentError } from 'commander';
import type { StoreKind } from '../figures/figure';

const STORES: readonly StoreKind[] = ['lmdb', 'mongodb'];

/** `1e3,1e5` → [1000, 100000]. */
export function parseSizes(text: string): number[] {
  return text.split(',').map((word) => {
    const size = Number(word.trim().replaceAll('_', ''));
    if (word.trim() === '' || !Number.isInteger(size) || size < 100 || size > 16_000_000) {
      throw new InvalidArgumentError('Sizes are numbers of documents from 100 to 16e6, as in 1e3,1e5.');
    }
    return size;
  });
}

/** `lmdb,mongodb` */
export function parseStores(text: string): StoreKind[] {
  return text.split(',').map((word) => {
    const store = STORES.find((each) => each === word.trim());
    if (store === undefined) throw new InvalidArgumentError(`Stores are ${STORES.join(' and ')}.`);
    return store;
  });
}

/** A regular expression over scenarios' names. */
export function parsePattern(text: string): string {
  try {
    new RegExp(text);
  } catch {
    throw new InvalidArgumentError('It is no regular expression.');
  }
  return text;
}

/** Percent → share. */
export function parseTolerance(text: string): number {
  const percent = Number(text);
  if (text.trim() === '' || !(percent >= 0 && percent <= 1_000)) {
    throw new InvalidArgumentError('It is a number of percent, as in 15.');
  }
  return percent / 100;
}
