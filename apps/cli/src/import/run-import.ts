import type { AnyBranch } from '@argon/branch/dual';
import type { CommandContext } from '../cli/context';
import { cancelled } from '../errors/cancelled';
import { withHint } from '../errors/hints';
import { exitCodeOf, EXIT } from '../errors/exit-code';
import { startProgress, type Progress } from '../render/progress';
import type { Session } from '../store/session';
import { databaseOf, type Target } from '../store/target';
import { noDocuments, type Collection } from './collection';
import { defineCollection, defineIndexes, dropCollection } from './definitions';
import { load, type LoadResult } from './load';
import type { ByteSource } from './source/bytes';
import { Undo, type Undone } from './undo';

export interface CollectionReport extends LoadResult {
  readonly collection: string;
  readonly indexes: number;
}

export interface ImportReport {
  readonly collections: readonly CollectionReport[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
  readonly milliseconds: number;
}

/** How an import is to go. */
export interface ImportOptions {
  readonly drop: boolean;
  readonly keepGoing: boolean;
  /** Only documents: no options, no indexes. */
  readonly documentsOnly: boolean;
  /** Whether the project was made for this. */
  readonly newProject: boolean;
  /** The file that is read, if it is one; its bytes tell how far the import has come. */
  readonly bytes?: ByteSource;
  /** Known from the start to be left out. */
  readonly skipped?: readonly string[];
}

/**
 * Imports collections into a branch, all or nothing: if something fails, the branch is set back to where it was (the
 * error's hint says so), unless it is to keep going or others have written to it meanwhile.
 */
export async function runImport(
  context: CommandContext,
  session: Session,
  on: Target<AnyBranch>,
  collections: readonly Collection[],
  options: ImportOptions,
): Promise<ImportReport> {
  const started = performance.now();
  const undo = await Undo.begin(session, on, options.newProject);
  const notes = [...(options.skipped ?? [])];
  const reports: CollectionReport[] = [];
  try {
    for (const collection of collections) {
      if (options.documentsOnly && isView(collection)) continue;
      reports.push(await importOne(context, session, on, collection, options, undo, notes));
    }
  } catch (thrown) {
    // Ctrl-C may have come between two batches, or in the middle of a command.
    const error = session.signal.aborted ? cancelled(thrown, 'The import was stopped.') : thrown;
    throw withHint(error as Error, whatRemains(await undo.undo(), on, exitCodeOf(error)));
  }
  return { collections: reports, notes, milliseconds: performance.now() - started };
}

function isView({ options }: Collection): boolean {
  return options?.has('viewOn') === true;
}

async function importOne(
  context: CommandContext,
  session: Session,
  on: Target<AnyBranch>,
  collection: Collection,
  options: ImportOptions,
  undo: Undo,
  notes: string[],
): Promise<CollectionReport> {
  const database = databaseOf(on);
  const { bytes, drop, keepGoing, documentsOnly } = options;
  const note = (text: string) => void notes.push(text);
  const progress: Progress = await startProgress(
    context.terminal,
    {
      title: collection.name,
      total: bytes === undefined ? collection.size : bytes.size,
      unit: bytes === undefined ? 'documents' : 'bytes',
    },
    !context.output.json,
  );
  try {
    if (drop) await dropCollection(session, database, collection.name, undo);
    if (!documentsOnly) await defineCollection(session, database, collection, undo, note);
    const result = await load(
      session,
      database,
      collection.name,
      // Of a view that was dumped as a collection too, the definition is what counts.
      isView(collection) ? noDocuments() : collection.documents(),
      {
        keepGoing,
        progress: (documents) =>
          progress.update({ documents, ...(bytes === undefined ? {} : { bytes: bytes.bytesRead() }) }),
      },
      undo,
    );
    const indexes =
      documentsOnly || isView(collection)
        ? 0
        : await defineIndexes(session, database, collection, undo, note);
    return { collection: collection.name, indexes, ...result };
  } finally {
    progress.stop();
  }
}

function whatRemains(
  undone: Undone,
  { project, branch }: Target<AnyBranch>,
  exitCode: number,
): string | undefined {
  switch (undone) {
    case 'kept':
      return `others wrote to '${branch.name}' meanwhile, so what was imported until then was left there`;
    case 'no-history':
      return `'${branch.name}' is a traditional branch, which keeps no history: what was imported until then was left there`;
    case 'undone':
      return `nothing was imported: '${branch.name}' of '${project}' is as it was before`;
    case 'nothing-to-undo':
      return exitCode === EXIT.cancelled ? undefined : 'nothing was imported';
  }
}
