import { Binary, BSONSymbol, encodeDocument, RawDocument, type Doc, type Value } from '@argon/bson';
import { Command, CommandError, type CommandDocument } from '@argon/engine';
import type { BranchNames } from '../names/branch-names';
import { CommandFields } from './command-fields';
import { rewritePipeline } from './pipeline';
import { stagesAfter } from './stages-around';

/** One command on its way to mongod. */
interface Rewriting {
  readonly command: CommandDocument;
  readonly fields: CommandFields;
  readonly names: BranchNames;
}

type Rule = (rewriting: Rewriting) => void;

/** Commands that name a collection in their first field, and nowhere else. */
const PLAIN =
  'collStats collstats compact convertToCapped count createIndexes createSearchIndexes delete deleteIndexes distinct drop ' +
  'dropIndexes dropSearchIndex find findAndModify findandmodify insert killCursors listIndexes planCacheClear ' +
  'planCacheClearFilters planCacheListFilters planCacheSetFilter reIndex update updateSearchIndex validate';

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...PLAIN.split(' ').map((name): [string, Rule] => [name, collectionFirst]),
  ['aggregate', aggregate],
  ['collMod', viewDefinition],
  ['create', create],
  ['explain', explain],
  ['getMore', ({ command, fields, names }) => collectionAt('collection', command, fields, names)],
  ['mapReduce', mapReduce],
  ['mapreduce', mapReduce],
]);

/** Whether a command's names are known how to turn. */
export function isRewritten(command: string): boolean {
  return RULES.has(command);
}

/**
 * The command with names as they are stored. @throws CommandError, PrefixAmbiguousError for names that cannot be, and for
 * what a traditional branch does not support
 */
export function rewriteCommand(command: CommandDocument, names: BranchNames): CommandFields {
  const fields = new CommandFields(command);
  RULES.get(command.name)!({ command, fields, names });
  fields.set('$db', names.storedDatabase);
  return fields;
}

function collectionFirst({ command, fields, names }: Rewriting): void {
  collectionAt(command.name, command, fields, names);
}

function collectionAt(
  field: string,
  command: CommandDocument,
  fields: CommandFields,
  names: BranchNames,
): void {
  const value = command.get(field);
  if (value instanceof Binary) {
    // A collection's UUID would reach those of other branches.
    throw new CommandError('InvalidNamespace', 'collection name has invalid type binData');
  }
  // mongod takes a symbol for a string in places.
  const name = value instanceof BSONSymbol ? value.value : value;
  if (typeof name === 'string') fields.set(field, names.stored(name));
}

function aggregate({ command, fields, names }: Rewriting): void {
  collectionAt('aggregate', command, fields, names);
  const pipeline = command.get('pipeline');
  if (!Array.isArray(pipeline) || pipeline.length === 0) return;
  const collection = command.get('aggregate');
  const [first, ...rest] = pipeline as [Value, ...Value[]];
  const watches = first instanceof Map && first.has('$changeStream');
  const around = stagesAfter(first, names, typeof collection === 'string' ? collection : undefined);
  const [head] = watches ? [first] : (rewritePipeline([first], names.toStored) as [Value]);
  fields.set('pipeline', [head, ...around, ...(rewritePipeline(rest, names.toStored) as Value[])]);
}

function create(rewriting: Rewriting): void {
  if (rewriting.command.has('encryptedFields')) {
    throw new CommandError(
      'CommandNotSupported',
      'Encrypted collections are not supported on a traditional branch',
    );
  }
  viewDefinition(rewriting);
}

function viewDefinition({ command, fields, names }: Rewriting): void {
  collectionAt(command.name, command, fields, names);
  collectionAt('viewOn', command, fields, names);
  const pipeline = command.get('pipeline');
  if (pipeline !== undefined) fields.set('pipeline', rewritePipeline(pipeline, names.toStored));
}

function mapReduce({ command, fields, names }: Rewriting): void {
  collectionAt(command.name, command, fields, names);
  const out = command.get('out');
  if (typeof out === 'string') fields.set('out', names.stored(out));
  if (!(out instanceof Map)) return;
  const turned: Doc = new Map(out);
  for (const mode of ['replace', 'merge', 'reduce']) {
    const name = out.get(mode);
    if (typeof name === 'string') turned.set(mode, names.stored(name));
  }
  const database = out.get('db');
  if (typeof database === 'string') turned.set('db', names.toStored.database(database));
  fields.set('out', turned);
}

function explain({ command, fields, names }: Rewriting): void {
  const inner = explained(command);
  if (inner === undefined) return;
  if (!isRewritten(inner.name)) {
    throw new CommandError('CommandNotFound', `Explain failed due to unknown command: ${inner.name}`);
  }
  const turned = rewriteCommand(inner, names);
  const body: Doc = new Map(turned.body);
  // Only the outer command names the database.
  body.delete('$db');
  for (const [field, documents] of turned.sequences)
    body.set(
      field,
      documents.map((bytes) => new RawDocument(bytes)),
    );
  fields.set('explain', body);
}

/** The command that is to be explained; undefined where there is none. */
function explained(command: CommandDocument): Command | undefined {
  const inner = command.get('explain');
  if (!(inner instanceof Map) || inner.size === 0) return undefined;
  return Command.fromBytes(encodeDocument(new Map([...inner, ['$db', command.database]])));
}
