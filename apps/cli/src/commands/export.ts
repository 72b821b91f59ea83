import type { CommandContext } from '../cli/context';
import type { CommandDefinition } from '../cli/definition';
import { BRANCH, COLLECTION, PROJECT } from '../cli/options';
import { write } from '../cli/terminal';
import { UsageError } from '../errors/errors';
import type { CsvNotes } from '../export/csv';
import { EXPORT_FORMATS, exportFormat } from '../export/format';
import { isMetadataFile, metadataPath, metadataText } from '../export/metadata';
import { writeToFile, writeToStdout } from '../export/sink';
import { encodeAs } from '../export/write';
import { QUERY_OPTIONS, readQuery } from '../query/arguments';
import { collectionToRead, type ShownCollection } from '../query/collections';
import { findDocuments, type Query } from '../query/documents';
import { byteSize, counted } from '../render/numbers';
import { startProgress } from '../render/progress';
import { withSession } from '../store/session';
import { anyTarget, databaseOf } from '../store/target';

export const exportCommand: CommandDefinition = {
  path: 'export',
  summary: 'write the documents of a collection, now or at any moment, to a file or standard output',
  details:
    'Every format keeps types and the order of fields, and can be imported again. json and ndjson are relaxed Extended ' +
    'JSON; ejson spells out every type; bson is what mongodump writes, with metadata.json beside it.',
  arguments: [{ name: '[collection]', description: 'the collection' }],
  options: [
    COLLECTION,
    PROJECT,
    BRANCH,
    { flags: '-o, --out <file>', description: 'the file (default: standard output)' },
    {
      flags: '--format <format>',
      description: 'the format (default: as the file is called; ndjson)',
      choices: EXPORT_FORMATS,
    },
    { flags: '--gzip', description: 'gzip it (also: a file called .gz)' },
    { flags: '--force', description: 'replace the file if it exists' },
    { flags: '--fields <names>', description: 'CSV: only these columns, a,b.c' },
    ...QUERY_OPTIONS,
  ],
  examples: [
    ['argon export cities > cities.ndjson', ''],
    ['argon export cities --out cities.json', 'as a JSON array'],
    ['argon export cities --out dump/cities.bson.gz', 'for mongorestore'],
    [
      'argon export cheap --out dump/cheap.metadata.json',
      'what a view, or a collection, is; not what is in it',
    ],
    ['argon export cities --at 1042 --format csv', 'as it was at LSN 1042'],
  ],
  run: async (context) => {
    const { given } = context;
    const query = readQuery(given);
    const out = given.text('out') === '-' ? undefined : given.text('out');
    const format = exportFormat(out, given.text('format'));
    const fields = given.text('fields')?.split(',');
    if (fields !== undefined && format !== 'csv')
      throw new UsageError('--fields is for CSV; see --projection.');
    await withSession(context, async (session) => {
      const on = await anyTarget(session, given);
      const collection = await collectionToRead(session, on, given, query.moment);
      const { name } = collection;
      // Named once: the passes over the data must agree, whatever others write meanwhile.
      // A traditional branch is only there as it is.
      const moment = query.moment ?? (on.branch.type === 'wal' ? { lsn: on.branch.headLsn } : undefined);
      if (out !== undefined && isMetadataFile(out)) {
        const force = given.flag('force');
        const text = async function* () {
          yield metadataText(collection);
        };
        const gzip = /\.gz$/i.test(out);
        const bytes = await writeToFile(text(), out, context.terminal, { gzip, force });
        const from = databaseOf(on, moment);
        return tell(
          context,
          { collection: name, from, documents: 0, out, bytes, format: 'metadata' },
          NO_NOTES,
        );
      }
      let documents = 0;
      const progress = await startProgress(
        context.terminal,
        { title: name, total: expected(query, collection.documents), unit: 'documents' },
        // Data that go to the screen would be mixed up with it.
        !context.output.json && (out !== undefined || context.terminal.stdout.isTTY !== true),
      );
      const read = async function* () {
        documents = 0;
        for await (const batch of findDocuments(session, on, name, { ...query, moment })) {
          documents += batch.length;
          progress.update({ documents });
          yield batch;
        }
      };
      const notes: CsvNotes = { reordered: 0 };
      const pieces = encodeAs(format, read, fields, notes);
      let bytes: number | undefined;
      try {
        const gzip = given.flag('gzip') || /\.gz$/i.test(out ?? '');
        const force = given.flag('force');
        if (out === undefined) await writeToStdout(pieces, context.terminal, gzip);
        else {
          bytes = await writeToFile(pieces, out, context.terminal, { gzip, force });
          if (format === 'bson' && given.text('projection') === undefined) {
            const metadata = async function* () {
              yield metadataText(withoutView(collection));
            };
            await writeToFile(metadata(), metadataPath(out), context.terminal, { gzip: false, force: true });
          }
        }
      } finally {
        progress.stop();
      }
      await tell(
        context,
        { collection: name, from: databaseOf(on, moment), documents, out, bytes, format },
        notes,
      );
    });
  },
};

const NO_NOTES: CsvNotes = { reordered: 0 };

/** A view's documents, dumped, are those of a collection to whoever restores them. */
function withoutView(collection: ShownCollection): ShownCollection {
  return collection.type === 'view' ? { ...collection, type: 'collection', options: new Map() } : collection;
}

function expected({ filter, limit, skip = 0 }: Query, count: number): number | undefined {
  return filter === undefined ? Math.max(0, Math.min(count - skip, limit || Infinity)) : undefined;
}

interface Exported {
  readonly collection: string;
  readonly from: string;
  readonly documents: number;
  readonly out: string | undefined;
  readonly bytes: number | undefined;
  readonly format: string;
}

/** Data on standard output leave no room for anything else there. */
async function tell({ output, terminal }: CommandContext, done: Exported, notes: CsvNotes): Promise<void> {
  const { collection, from, documents, out, bytes, format } = done;
  const warning =
    notes.reordered === 0
      ? []
      : [
          `${counted(notes.reordered, 'document')} had fields in another order than the columns; CSV cannot keep that`,
        ];
  for (const note of warning) await output.note(`note: ${note}`);
  if (out === undefined) {
    if (!output.json && terminal.stderr.isTTY === true)
      await write(terminal.stderr, `${counted(documents, 'document')}\n`);
    return;
  }
  const value = { collection, from, documents, file: out, bytes: bytes ?? null, format, notes: warning };
  const what = format === 'metadata' ? 'the definition' : counted(documents, 'document');
  await output.result(value, () => [
    `Exported ${what} of ${collection} (${from}) to ${out} (${byteSize(bytes ?? 0)})`,
  ]);
}
