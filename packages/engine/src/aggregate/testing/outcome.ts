import { stringifyEjson, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';

/** What running something came to: documents, or an error. */
export type Outcome =
  { readonly documents: readonly Doc[] } | { readonly code: number; readonly message: string };

/** Runs Argon's side. Anything but a CommandError is a bug and thrown on. */
export async function outcomeOf(run: () => Promise<readonly Doc[]>): Promise<Outcome> {
  try {
    return { documents: await run() };
  } catch (error) {
    if (error instanceof CommandError) return { code: error.mongoCode, message: error.message };
    throw error;
  }
}

export function text(value: Value): string {
  return stringifyEjson(value, { relaxed: false });
}

export function describeOutcome(outcome: Outcome): string {
  if ('code' in outcome) return `${outcome.code} ${outcome.message}`;
  return outcome.documents.map((document) => text(document)).join('\n    ');
}

/** The same documents in the same order, or errors of the same code. */
export function sameOutcome(
  left: Outcome,
  right: Outcome,
  same: (left: string, right: string) => boolean,
): boolean {
  if ('code' in left || 'code' in right) return 'code' in left && 'code' in right && left.code === right.code;
  return (
    left.documents.length === right.documents.length &&
    left.documents.every((document, index) => same(text(document), text(right.documents[index] as Doc)))
  );
}

function sameText(left: string, right: string): boolean {
  return left === right;
}

/** Functions whose last digits come from mathematical libraries. */
const INEXACT =
  /"\$(?:a?(?:sin|cos|tan)h?|atan2|exp|ln|log|log10|pow|sqrt|degreesToRadians|radiansToDegrees|stdDev(?:Pop|Samp))"/;

/** How to compare what `source` gives: exactly, unless it calls a function that is not exact. */
export function comparisonFor(source: Value): (left: string, right: string) => boolean {
  return INEXACT.test(text(source)) ? almostSameText : sameText;
}

const NUMBER = /"\$number(?:Double|Decimal)":"([^"]+)"/g;

/**
 * Equal but for the last digits of doubles and decimals: functions such as `$sin` and `$pow` come from different
 * mathematical libraries.
 */
function almostSameText(left: string, right: string): boolean {
  if (left === right) return true;
  const shape = (value: string): string => value.replace(NUMBER, '#');
  if (shape(left) !== shape(right)) return false;
  const others = [...right.matchAll(NUMBER)];
  return [...left.matchAll(NUMBER)].every((match, index) =>
    closeNumbers(match[1] as string, others[index]?.[1] as string),
  );
}

function closeNumbers(left: string, right: string): boolean {
  if (left === right) return true;
  const [a, powerA] = mantissa(left);
  const [b, powerB] = mantissa(right);
  return Math.abs(a - b * 10 ** (powerB - powerA)) <= 4e-15 * Math.max(Math.abs(a), Math.abs(b));
}

/** Apart from its power of ten, which a double may not reach. */
function mantissa(text: string): [number, number] {
  const [digits = '', power = '0'] = text.split(/e/i);
  return [Number(digits), Number(power)];
}
