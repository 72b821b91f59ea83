import {
  documentChanges,
  pathText,
  type CollectionDifference,
  type CollectionStat,
  type Diff,
  type DocumentChange,
  type DocumentDifference,
} from '@argon/branch';
import { decodeDocument, type Value } from '@argon/bson';
import type { Colours } from '../render/colours';
import { count, counted, moment } from '../render/numbers';
import { shownDocument, shownValue } from './shown-value';

/** What is compared, in one line. */
export function headLine({ from, to }: Diff, colours: Colours): string {
  const place = ({ branch, lsn, timestamp }: Diff['from']) => `${branch}@${lsn} (${moment(timestamp)})`;
  return colours.bold(`${place(from)} → ${place(to)}`);
}

export function collectionLine(name: string, colours: Colours): string {
  return colours.cyan(`collection ${name}`);
}

/** What is said differently of a collection itself, a line each. */
export function catalogTexts(difference: CollectionDifference, colours: Colours): readonly string[] {
  const { before, after, renamed, optionsChanged, indexes } = difference;
  const lines: string[] = [];
  const gone = (text: string) => lines.push(colours.red(`- ${text}`));
  const made = (text: string) => lines.push(colours.green(`+ ${text}`));
  if (before === undefined && after !== undefined) made(after.type);
  if (after === undefined && before !== undefined) gone(before.type);
  if (renamed) {
    gone(`name: ${before!.name}`);
    made(`name: ${after!.name}`);
  }
  if (optionsChanged) {
    gone(`options: ${shownValue(new Map(before!.options))}`);
    made(`options: ${shownValue(new Map(after!.options))}`);
  }
  for (const { name, before: old, after: now } of indexes) {
    if (old !== undefined) gone(`index ${name}: ${shownValue(new Map(old.specification))}`);
    if (now !== undefined) made(`index ${name}: ${shownValue(new Map(now.specification))}`);
  }
  for (const { name, specification } of before === undefined ? (after?.indexes ?? []) : []) {
    made(`index ${name}: ${shownValue(new Map(specification))}`);
  }
  return lines;
}

/** A document that differs: whole if it came or went, else its fields. */
export function documentTexts(
  { id, before, after }: DocumentDifference,
  colours: Colours,
): readonly string[] {
  if (before === undefined) return [colours.green(`+ ${shownDocument(after!.bytes)}`)];
  if (after === undefined) return [colours.red(`- ${shownDocument(before.bytes)}`)];
  const changes = documentChanges(decodeDocument(before.bytes), decodeDocument(after.bytes));
  return [
    colours.yellow(`~ ${shownValue(new Map([['_id', id]]))}`),
    ...changes.flatMap((change) => changeTexts(change, colours)),
  ];
}

function changeTexts(change: DocumentChange, { red, green }: Colours): readonly string[] {
  const path = pathText(change.path);
  if ('at' in change) {
    const places = (values: readonly Value[], sign: string) =>
      values.map((value, i) => `  ${sign} ${path}.${change.at + i}: ${shownValue(value)}`);
    return [...places(change.removed, '-').map(red), ...places(change.inserted, '+').map(green)];
  }
  const { before, after } = change;
  const name = path === '' ? '(order of fields)' : path;
  return [
    ...(before === undefined ? [] : [red(`  - ${name}: ${shownValue(before)}`)]),
    ...(after === undefined ? [] : [green(`  + ${name}: ${shownValue(after)}`)]),
  ];
}

/** How many fields and types a summary names. */
const MOST = 20;

/** A collection's differences in numbers. */
export function statTexts(stat: CollectionStat, colours: Colours): readonly string[] {
  const { inserted, updated, deleted, fields, schema, counts } = stat;
  const parts = [
    ...(inserted > 0 ? [colours.green(`+${count(inserted)}`)] : []),
    ...(updated > 0 ? [colours.yellow(`~${count(updated)}`)] : []),
    ...(deleted > 0 ? [colours.red(`-${count(deleted)}`)] : []),
  ];
  const documents = `${count(counts.before)} → ${counted(counts.after, 'document')}`;
  const named = [...fields].slice(0, MOST).map(([field, times]) => `${field || '(order)'} ×${count(times)}`);
  if (fields.size > MOST) named.push(`and ${count(fields.size - MOST)} more`);
  const types = schema.slice(0, MOST).map(({ field, type, change, isKnownField }) => {
    const text = `  ${change === 'appeared' ? '+' : '-'} ${isKnownField ? 'type' : 'field'} ${field}: ${type}`;
    return change === 'appeared' ? colours.green(text) : colours.red(text);
  });
  if (schema.length > MOST) types.push(`  and ${count(schema.length - MOST)} more`);
  return [
    `${collectionLine(stat.collection, colours)}  ${[...parts, documents].join('  ')}`,
    ...(stat.catalog === undefined ? [] : catalogTexts(stat.catalog, colours).map((line) => `  ${line}`)),
    ...(named.length === 0 ? [] : [`  fields changed: ${named.join(', ')}`]),
    ...types,
  ];
}
