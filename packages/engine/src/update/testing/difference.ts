import { ObjectId, stringifyEjson, Timestamp, type Value } from '@argon/bson';
import type { UpdateCase } from './random-case';
import type { Verdict } from './referee';

/** How two verdicts differ, for a human; undefined if they agree. Values made from the clock only need its type. */
export function difference(
  given: UpdateCase,
  mongod: Verdict,
  argon: Verdict,
  now: Date,
): string | undefined {
  const mongodText = verdictText(mongod, now);
  const argonText = verdictText(argon, now);
  if (mongodText === argonText) return undefined;
  return [`case   ${caseText(given)}`, `mongod ${mongodText}`, `argon  ${argonText}`].join('\n');
}

/** Canonical Extended JSON: types and order count. */
function verdictText(verdict: Verdict, now: Date): string {
  if ('code' in verdict) return `error ${verdict.code} ${messageWithoutChance(verdict.message, now)}`;
  const { document, modified, inserted } = verdict;
  const shown =
    document === undefined
      ? 'none'
      : stringifyEjson(withoutChance(document, inserted, now), { relaxed: false });
  return `${inserted ? 'inserted' : modified ? 'modified' : 'same'} ${shown}`;
}

function caseText(given: UpdateCase): string {
  const { document, filter, update, arrayFilters, upsert } = given;
  const parts: (Value | undefined)[] = [
    document,
    filter,
    update,
    arrayFilters as Value[] | undefined,
    upsert || undefined,
  ];
  return parts
    .map((part) => (part === undefined ? '-' : stringifyEjson(part, { relaxed: false })))
    .join(' || ');
}

const EXPECTED_ID = new ObjectId('000000000000000000000000');

/** Clock values and an `_id` that the server made up become the same for both. */
function withoutChance(value: Value, inserted: boolean, now: Date): Value {
  if (Array.isArray(value)) return value.map((element) => withoutChance(element, false, now));
  if (value instanceof Map) {
    const entries = [...value].map(([name, field]) => [name, withoutChance(field, false, now)] as const);
    if (!inserted) return new Map(entries);
    const isMadeUp = !value.has('_id') || isRecentId(value.get('_id')!, now);
    return new Map(
      isMadeUp ? [['_id', EXPECTED_ID], ...entries.filter(([name]) => name !== '_id')] : entries,
    );
  }
  if (value instanceof Date && isNear(value.getTime(), now)) return 'a date from the clock';
  if (value instanceof Timestamp && isNear(value.t * 1000, now)) return 'a timestamp from the clock';
  return value;
}

/** Dates from the clock; and the sign of a NaN, which JavaScript does not know. */
function messageWithoutChance(message: string, now: Date): string {
  return message
    .replace(/new Date\((\d+)\)/g, (text, time: string) => (isNear(Number(time), now) ? 'now' : text))
    .replace(/Timestamp\((\d+), \d+\)/g, (text, time: string) =>
      isNear(Number(time) * 1000, now) ? 'now' : text,
    )
    .replaceAll('-nan.0', 'nan.0');
}

function isRecentId(id: Value, now: Date): boolean {
  return id instanceof ObjectId && isNear(id.getTimestamp().getTime(), now);
}

function isNear(milliseconds: number, now: Date): boolean {
  return Math.abs(milliseconds - now.getTime()) < 3_600_000;
}
