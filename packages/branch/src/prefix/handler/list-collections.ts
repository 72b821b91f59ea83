import {
  BSONRegExp,
  decodeDocument,
  elementValue,
  findElement,
  documentAt,
  Long,
  type Doc,
  type Value,
} from '@argon/bson';
import { compileFilter, okReply, type Matcher, type Reply } from '@argon/engine';
import type { BranchNames } from '../names/branch-names';
import { literally } from '../names/literally';
import { prefixOf } from '../names/prefixes';
import { batchOf, isOk, shownReply } from '../reply/shown-reply';
import { CommandFields } from '../rewrite/command-fields';
import { rewritePipeline } from '../rewrite/pipeline';
import type { BranchOperation } from './contract';
import { sendFor } from './send';

const VIEWS = 'system.views';

/**
 * The branch's collections. A filter may say anything of a name, so it is not turned: it is asked here, of what is shown.
 * All come in the first batch.
 */
export async function listCollections(operation: BranchOperation): Promise<Reply> {
  const { command, names } = operation;
  const filter = command.get('filter');
  const matcher: Matcher | undefined =
    filter instanceof Map ? compileFilter(filter, { now: new Date() }) : undefined;
  const found: Doc[] = [];
  const failure = await collect(operation, found);
  if (failure !== undefined) return shownReply(failure, names);
  const shown = found.map((each) => describe(each, names)).filter((each) => each !== undefined);
  // mongod keeps views in a collection of their own, and lists that.
  const hasViews = shown.some((each) => each.get('type') === 'view');
  const listed = shown.filter((each) => each.get('name') !== VIEWS || hasViews);
  return okReply({
    cursor: new Map<string, Value>([
      ['id', Long.ZERO],
      ['ns', `${names.shownDatabase}.$cmd.listCollections`],
      ['firstBatch', listed.filter((each) => matcher === undefined || matcher.matches(each))],
    ]),
  });
}

/** @returns mongod's reply if it is an error */
async function collect(operation: BranchOperation, found: Doc[]): Promise<Uint8Array | undefined> {
  const { command, names } = operation;
  const first = new CommandFields(command);
  // What begins with the prefix may still be another branch's; `describe` looks.
  const prefix = literally(prefixOf(names.branch));
  const filter = new BSONRegExp(`^(system\\.buckets\\.)?${prefix}|^system\\.views$`);
  if (command.get('filter') === undefined || command.get('filter') instanceof Map)
    first.set('filter', new Map([['name', filter]]));
  first.set('$db', names.storedDatabase);
  let reply = await sendFor(operation, first);
  for (;;) {
    if (!isOk(reply)) return reply;
    const cursor = documentAt(reply, findElement(reply, 'cursor')!);
    const batch = findElement(cursor, 'firstBatch') ?? findElement(cursor, 'nextBatch')!;
    for (const { bytes } of batchOf(cursor, batch)) found.push(decodeDocument(bytes));
    const id = elementValue(cursor, findElement(cursor, 'id')!);
    if (Number(id) === 0) return undefined;
    reply = await sendFor(operation, nextBatch(operation, id));
  }
}

function nextBatch({ command, names }: BranchOperation, id: Value): Doc {
  const next: Doc = new Map([
    ['getMore', id],
    ['collection', '$cmd.listCollections'],
    ['$db', names.storedDatabase],
  ]);
  const session = command.get('lsid');
  if (session !== undefined) next.set('lsid', session);
  return next;
}

function describe(stored: Doc, names: BranchNames): Doc | undefined {
  const name = stored.get('name') as string;
  if (name === VIEWS) return stored;
  const shown = names.prefixes.shown(names.branch, name);
  if (shown === undefined) return undefined;
  const described: Doc = new Map(stored);
  described.set('name', shown);
  const options = stored.get('options');
  if (options instanceof Map && options.has('viewOn')) described.set('options', viewOptions(options, names));
  return described;
}

function viewOptions(options: Doc, names: BranchNames): Doc {
  const shown: Doc = new Map(options);
  const on = options.get('viewOn');
  if (typeof on === 'string') shown.set('viewOn', names.toShown.collection(on));
  const pipeline = options.get('pipeline');
  if (pipeline !== undefined) shown.set('pipeline', rewritePipeline(pipeline, names.toShown));
  return shown;
}
