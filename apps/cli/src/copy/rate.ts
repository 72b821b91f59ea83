import type { Arguments } from '../cli/arguments';
import { UsageError } from '../errors/errors';

/** How many documents may be copied in a second, of `--rate`; undefined: as many as go. @throws UsageError */
export function rateOf(given: Arguments): number | undefined {
  const text = given.text('rate');
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--rate takes a whole number of documents a second, and was given '${text}'.`);
}
