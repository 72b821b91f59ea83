import {
  decodeDocument,
  elements,
  elementValue,
  findElement,
  isNumber,
  toNumber,
  type RawElement,
  type Value,
} from '@argon/bson';
import { isDocumentOperation, type Operation } from '@argon/wal';
import { TRANSFER_VERSION, type TransferCommit, type TransferEntry, type TransferHeader } from './contract';
import { TransferFormatError } from './errors';

const OPERATIONS: ReadonlySet<string> = new Set<Operation>([
  'insert',
  'update',
  'delete',
  'create_collection',
  'drop_collection',
  'rename_collection',
  'modify_collection',
  'create_index',
  'drop_index',
  'create_project',
  'delete_project',
  'create_branch',
  'delete_branch',
  'rename_branch',
  'modify_branch',
  'reset_branch',
  'merge_branch',
]);

const DOCUMENT = 3;
const ARRAY = 4;

/** @throws TransferFormatError */
export function decodeHeader(bytes: Uint8Array): TransferHeader {
  const fields = decodeDocument(bytes);
  const fail = (problem: string): never => {
    throw new TransferFormatError(1, problem);
  };
  const version = fields.get('argonLog');
  if (!isNumber(version)) return fail("it has no 'argonLog'");
  if (toNumber(version) !== TRANSFER_VERSION)
    return fail(`it is of version ${toNumber(version)}, and this Argon knows version ${TRANSFER_VERSION}`);
  const [project, branch] = [fields.get('project'), fields.get('branch')];
  const [from, to, startedAt] = [fields.get('from'), fields.get('to'), fields.get('startedAt')];
  if (typeof project !== 'string' || typeof branch !== 'string') return fail('project or branch is missing');
  if (!isNumber(from) || !isNumber(to) || !(startedAt instanceof Date))
    return fail('from, to or startedAt is missing');
  return {
    version: TRANSFER_VERSION,
    project,
    branch,
    from: toNumber(from),
    to: toNumber(to),
    startedAt: startedAt.getTime(),
  };
}

/** How many documents came before this one, if it is the end of a log. */
export function decodeEnd(bytes: Uint8Array): number | undefined {
  if (findElement(bytes, 'argonLogEnd') === undefined) return undefined;
  const documents = decodeDocument(bytes).get('documents');
  return isNumber(documents) ? toNumber(documents) : NaN;
}

/**
 * A commit or a part of one; its documents are views of the bytes.
 * @param nth which document it is, from 1, for errors
 * @throws TransferFormatError
 */
export function decodeCommit(bytes: Uint8Array, nth: number): TransferCommit {
  const fail = (problem: string): never => {
    throw new TransferFormatError(nth, problem);
  };
  const fields = new Map([...elements(bytes)].map((element) => [element.name, element]));
  const value = (name: string): Value | undefined => valueOf(bytes, fields.get(name));
  const [lsn, time, user, app] = [value('lsn'), value('time'), value('user'), value('app')];
  if (!isNumber(lsn) || !(time instanceof Date) || typeof user !== 'string' || typeof app !== 'string')
    return fail('it is no commit: lsn, time, user or app is missing');
  const list = fields.get('entries');
  if (list?.type !== ARRAY) return fail('it has no entries');
  const entries = [...elements(bytes, list.start)].map((each) => entryOf(bytes, each, fail));
  if (entries.length === 0) return fail('it has no entries');
  return {
    lsn: toNumber(lsn),
    timestamp: time.getTime(),
    actor: { user, app },
    kind: value('base') === true ? 'base' : 'commit',
    more: value('more') === true,
    entries,
  };
}

function entryOf(bytes: Uint8Array, item: RawElement, fail: (problem: string) => never): TransferEntry {
  if (item.type !== DOCUMENT) return fail('an entry is no document');
  const fields = new Map([...elements(bytes, item.start)].map((element) => [element.name, element]));
  const operation = valueOf(bytes, fields.get('operation'));
  if (typeof operation !== 'string' || !OPERATIONS.has(operation))
    return fail(`'${String(operation)}' is not an operation`);
  const collection = valueOf(bytes, fields.get('collection')) ?? '';
  if (typeof collection !== 'string') return fail("an entry's collection is no text");
  const isDocument = isDocumentOperation(operation as Operation);
  const id = valueOf(bytes, fields.get('id'));
  if (isDocument && id === undefined) return fail('an entry has no id');
  const content = fields.get(isDocument ? 'document' : 'argument');
  const isNeeded = operation === 'insert' || operation === 'update';
  if (content === undefined ? isNeeded : content.type !== DOCUMENT)
    return fail(`an entry (${operation}) has no document`);
  return {
    operation: operation as Operation,
    collection,
    id: id ?? null,
    document: content === undefined ? null : bytes.subarray(content.start, content.end),
  };
}

/** The value of a field that was found. */
function valueOf(bytes: Uint8Array, element: RawElement | undefined): Value | undefined {
  return element && elementValue(bytes, element);
}
