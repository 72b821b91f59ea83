import {
  documentAt,
  elements,
  elementValue,
  findElement,
  RawDocument,
  type Doc,
  type RawElement,
  type Value,
} from '@argon/bson';
import type { Reply } from '@argon/engine';
import type { BranchNames } from '../names/branch-names';
import { shownEvent } from './shown-event';
import { shownMessage } from './shown-message';

const DOCUMENT = 3;
const ARRAY = 4;

/** A reply of mongod with names as users know them; documents in it stay the bytes that came. */
export function shownReply(bytes: Uint8Array, names: BranchNames): Reply {
  const reply = replyOf(bytes);
  const cursor = reply.get('cursor');
  if (cursor instanceof RawDocument) reply.set('cursor', shownCursor(cursor.bytes, names));
  const namespace = reply.get('ns');
  if (typeof namespace === 'string') reply.set('ns', names.shownNamespace(namespace));
  showError(reply, names);
  const errors = reply.get('writeErrors');
  if (Array.isArray(errors)) {
    for (const each of errors) if (each instanceof Map) showError(each, names);
  }
  return reply;
}

/** A reply's fields as they came: documents in bytes, the rest decoded. */
export function replyOf(bytes: Uint8Array): Map<string, Value> {
  const reply = new Map<string, Value>();
  for (const element of elements(bytes)) reply.set(element.name, valueOf(bytes, element));
  return reply;
}

/** Whether a reply says that the command was carried out. */
export function isOk(bytes: Uint8Array): boolean {
  const element = findElement(bytes, 'ok');
  return element !== undefined && Number(elementValue(bytes, element)) === 1;
}

/** Documents of a reply's cursor, in bytes. */
export function batchOf(cursor: Uint8Array, element: RawElement): RawDocument[] {
  const array = documentAt(cursor, element);
  return Array.from(elements(array), (each) => new RawDocument(documentAt(array, each)));
}

function shownCursor(bytes: Uint8Array, names: BranchNames): Doc {
  const cursor: Doc = new Map();
  const watches = findElement(bytes, 'postBatchResumeToken') !== undefined;
  for (const element of elements(bytes)) {
    if (element.name === 'ns') {
      cursor.set('ns', names.shownNamespace(elementValue(bytes, element) as string));
    } else if (element.type === ARRAY && element.name.endsWith('Batch')) {
      const batch = batchOf(bytes, element);
      cursor.set(element.name, watches ? batch.map((event) => shownEvent(event, names)) : batch);
    } else cursor.set(element.name, valueOf(bytes, element));
  }
  return cursor;
}

function showError(error: Doc, names: BranchNames): void {
  const message = error.get('errmsg');
  if (typeof message !== 'string') return;
  error.set('errmsg', shownMessage(message, names));
  // CollectionUUIDMismatch says in fields of its own what it expected.
  for (const field of ['expectedCollection', 'actualCollection']) {
    const name = error.get(field);
    if (typeof name === 'string') error.set(field, names.toShown.collection(name));
  }
  if (error.has('expectedCollection')) error.set('db', names.shownDatabase);
}

function valueOf(bytes: Uint8Array, element: RawElement): Value {
  return element.type === DOCUMENT
    ? new RawDocument(documentAt(bytes, element))
    : elementValue(bytes, element);
}
