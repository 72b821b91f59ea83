import { validateCollectionName } from '@argon/wal';
import type { CommandContext } from '../../cli/context';
import { UsageError } from '../../errors/errors';
import type { Collection } from '../collection';
import { readBson } from '../read/bson';
import { readJson } from '../read/json';
import { openSource, type ByteSource } from './bytes';
import { collectionNamedBy, formatOf, type ImportFormat } from './format';
import { metadataBeside } from './metadata';

/** A file or a pipe to import, and how far it has been read. */
export interface FileImport {
  readonly collection: Collection;
  readonly bytes: ByteSource;
}

/** @throws FileNotFoundError, FileUnreadableError, UnknownFormatError, UsageError, InvalidNameError */
export async function openFile({ terminal, given }: CommandContext, path: string): Promise<FileImport> {
  const bytes = await openSource(path, terminal);
  const format = formatOf(bytes, given.text('format'));
  const name = given.text('collection') ?? collectionNamedBy(bytes.fileName);
  if (name === undefined) throw new UsageError('Say which collection to import into: --collection NAME.');
  validateCollectionName(name);
  const metadata = format === 'bson' && path !== '-' ? await metadataBeside(path, terminal.cwd) : undefined;
  const read = reader(format, bytes, given.text('delimiter'), given.text('fields'), !given.flag('text'));
  const collection: Collection = {
    name,
    size: undefined,
    options: metadata?.options,
    indexes: metadata?.indexes ?? [],
    documents: read,
  };
  return { collection, bytes };
}

function reader(
  format: ImportFormat,
  { chunks, name, fileName }: ByteSource,
  delimiter: string | undefined,
  fields: string | undefined,
  infer: boolean,
): () => AsyncIterable<Uint8Array[]> {
  switch (format) {
    case 'json':
      return () => readJson(chunks, name);
    case 'bson':
      return () => readBson(chunks, name);
    case 'csv': {
      const separator = delimiter === '\\t' ? '\t' : (delimiter ?? (/\.tsv$/i.test(fileName) ? '\t' : ','));
      if (separator.length !== 1) throw new UsageError('--delimiter takes one character (\\t for a tab).');
      const options = { delimiter: separator, fields: fields?.split(','), infer };
      return async function* () {
        const { readCsv } = await import('../read/csv');
        yield* readCsv(chunks, name, options);
      };
    }
  }
}
