import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { EjsonSyntaxError, parseEjson, type Doc, type Value } from '@argon/bson';
import { readingFailed } from '../../errors/file-errors';
import { problemOf } from '../../query/arguments';
import { MalformedInputError } from '../errors';

/** What mongodump writes beside `cities.bson`: `cities.metadata.json`. */
export interface Metadata {
  readonly options: Doc | undefined;
  readonly indexes: readonly Doc[];
}

/** The metadata beside a BSON dump, gzipped or not; undefined if there are none. @throws MalformedInputError */
export async function metadataBeside(path: string, cwd: string): Promise<Metadata | undefined> {
  const stem = path.replace(/\.bson(\.gz)?$/i, '');
  if (stem === path) return undefined;
  const name = [`${stem}.metadata.json`, `${stem}.metadata.json.gz`].find((each) =>
    existsSync(resolve(cwd, each)),
  );
  return name === undefined ? undefined : readMetadata(name, cwd);
}

/** `old` of `dump/shop/old.metadata.json`, which is all that mongodump writes of a view; undefined of other files. */
export function metadataName(path: string): string | undefined {
  return /([^/\\]+)\.metadata\.json(\.gz)?$/i.exec(path)?.[1];
}

/** @throws MalformedInputError */
export async function readMetadata(name: string, cwd: string): Promise<Metadata> {
  const value = parse(name, await textOf(name, cwd));
  const options = value.get('options');
  const indexes = value.get('indexes');
  return {
    options: options instanceof Map ? options : undefined,
    indexes: Array.isArray(indexes) ? indexes.filter((index): index is Doc => index instanceof Map) : [],
  };
}

async function textOf(name: string, cwd: string): Promise<string> {
  try {
    const bytes = await readFile(resolve(cwd, name));
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw readingFailed(name, error);
  }
}

function parse(name: string, text: string): Doc {
  let value: Value;
  try {
    value = parseEjson(text);
  } catch (error) {
    if (!(error instanceof EjsonSyntaxError)) throw error;
    const { line, column } = error;
    throw new MalformedInputError(name, { document: 1, line, column }, problemOf(error), error);
  }
  if (value instanceof Map) return value;
  throw new MalformedInputError(name, { document: 1 }, 'it is no document');
}
