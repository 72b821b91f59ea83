import { EjsonSyntaxError, parseEjson, type Doc } from '@argon/bson';
import type { Arguments } from '../cli/arguments';
import type { OptionDefinition } from '../cli/definition';
import { ArgumentSyntaxError, UsageError } from '../errors/errors';
import { AT } from '../cli/options';
import { readMoment } from '../store/moment';
import type { Query } from './documents';

/** The options with which a query is described. */
export const QUERY_OPTIONS: readonly OptionDefinition[] = [
  { flags: '-f, --filter <ejson>', description: 'which documents, e.g. \'{"country": "CH"}\'' },
  { flags: '--projection <ejson>', description: 'which fields, e.g. \'{"name": 1, "_id": 0}\'' },
  { flags: '--sort <ejson>', description: 'in which order, e.g. \'{"name": 1}\'' },
  { flags: '--limit <n>', description: 'at most so many' },
  { flags: '--skip <n>', description: 'without the first so many' },
  AT,
];

/** @throws ArgumentSyntaxError, UsageError */
export function readQuery(given: Arguments): Query {
  const at = given.text('at');
  return {
    filter: documentOption(given, 'filter'),
    projection: documentOption(given, 'projection'),
    sort: documentOption(given, 'sort'),
    limit: given.integer('limit'),
    skip: given.integer('skip'),
    moment: at === undefined ? undefined : readMoment(at, '--at'),
  };
}

function documentOption(given: Arguments, name: string): Doc | undefined {
  const text = given.text(name);
  return text === undefined ? undefined : readDocument(text, `--${name}`);
}

/** Reads an argument that is a document in Extended JSON. @throws ArgumentSyntaxError, UsageError */
export function readDocument(text: string, argument: string): Doc {
  let value;
  try {
    value = parseEjson(text);
  } catch (error) {
    if (!(error instanceof EjsonSyntaxError)) throw error;
    throw new ArgumentSyntaxError(argument, problemOf(error), error, text);
  }
  if (!(value instanceof Map)) throw new UsageError(`${argument} takes a document: {…}.`);
  return value;
}

/** What is wrong, without the place, which is told in the words of whoever gave the text. */
export function problemOf(error: EjsonSyntaxError): string {
  return error.message.replace(/^Invalid JSON at line \d+, column \d+: /, '').replace(/\.$/, '');
}
