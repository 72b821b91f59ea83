import { pathText, type DocumentChange, type LoggedChange } from '@argon/branch';
import type { Actor } from '@argon/wal';
import type { Colours } from './colours';
import { documentText, valueText } from './document';
import { isoTime, moment } from './numbers';

/** Fields of one change that are shown before "and so many more". */
const MAX_FIELDS = 12;

/** `ann (mongosh)` */
export function actorText({ user, app }: Actor): string {
  if (user === '') return app === '' ? '(unknown)' : `(${app})`;
  return app === '' ? user : `${user} (${app})`;
}

/** Text on one line of at most `width` characters. */
export function shortened(text: string, width: number): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

/** A change of a branch's history as one line of JSON: values in Extended JSON that keeps types. */
export function changeJson(change: LoggedChange): string {
  const { lsn, commitLsn, timestamp, actor, operation, collection, hidden, id, argument, changes } = change;
  const head = { lsn, commitLsn, time: isoTime(timestamp), actor, operation, collection, hidden };
  // Text is put together, since JSON of our own has no room for what Extended JSON tells apart.
  const parts = [JSON.stringify(head).slice(1, -1)];
  if (id !== undefined) parts.push(`"id":${valueText(id, 'exact')}`);
  if (argument !== undefined) parts.push(`"argument":${valueText(argument, 'exact')}`);
  if (changes !== undefined) parts.push(`"changes":[${changes.map(fieldJson).join(',')}]`);
  return `{${parts.join(',')}}`;
}

function fieldJson(change: DocumentChange): string {
  const parts = [`"path":${JSON.stringify(change.path)}`];
  if ('at' in change) {
    const { at, removed, inserted } = change;
    parts.push(
      `"at":${at},"removed":${valueText([...removed], 'exact')},"inserted":${valueText([...inserted], 'exact')}`,
    );
  } else {
    if (change.before !== undefined) parts.push(`"before":${valueText(change.before, 'exact')}`);
    if (change.after !== undefined) parts.push(`"after":${valueText(change.after, 'exact')}`);
  }
  return `{${parts.join(',')}}`;
}

/** A change for people: who did what, when; and below it what became of which field. */
export function changeLines(change: LoggedChange, colours: Colours, width: number): readonly string[] {
  const { lsn, timestamp, actor, operation, collection, id, hidden } = change;
  const what = [
    colours.bold(operation),
    collection,
    ...(id === undefined ? [] : [shortened(valueText(id, 'relaxed'), 60)]),
    ...(hidden ? [colours.yellow('(hidden by a reset)')] : []),
  ].filter((word) => word !== '');
  return [
    `${colours.cyan(`LSN ${lsn}`)}  ${moment(timestamp)}  ${actorText(actor)}  ${what.join(' ')}`,
    ...detailLines(change, colours, width - 4).map((line) => `    ${line}`),
  ];
}

function detailLines(change: LoggedChange, colours: Colours, width: number): readonly string[] {
  const { operation, before, after, argument, changes } = change;
  if (argument !== undefined) {
    return argument.size === 0 ? [] : [shortened(valueText(argument, 'relaxed'), width)];
  }
  if (operation === 'insert' && after !== undefined) {
    return [colours.green(shortened(`+ ${documentText(after, 'relaxed')}`, width))];
  }
  if (operation === 'delete' && before !== undefined) {
    return [colours.red(shortened(`- ${documentText(before, 'relaxed')}`, width))];
  }
  if (changes === undefined) return ['(compacted)'];
  const lines = changes.slice(0, MAX_FIELDS).map((each) => fieldLine(each, colours, width));
  const more = changes.length - lines.length;
  return more > 0 ? [...lines, `… and ${more} more`] : lines;
}

function fieldLine(change: DocumentChange, colours: Colours, width: number): string {
  const path = pathText(change.path) || '(document)';
  const half = Math.max(12, Math.floor((width - path.length - 6) / 2));
  const text = (value: Parameters<typeof valueText>[0]) => shortened(valueText(value, 'relaxed'), half);
  if ('at' in change) {
    const { at, removed, inserted } = change;
    const parts = [
      ...(removed.length === 0 ? [] : [colours.red(`- ${text([...removed])}`)]),
      ...(inserted.length === 0 ? [] : [colours.green(`+ ${text([...inserted])}`)]),
    ];
    return `${path}[${at}]: ${parts.join(' ')}`;
  }
  const { before, after } = change;
  if (before === undefined) return `${path}: ${colours.green(`+ ${text(after!)}`)}`;
  if (after === undefined) return `${path}: ${colours.red(`- ${text(before)}`)}`;
  return `${path}: ${colours.red(text(before))} → ${colours.green(text(after))}`;
}
