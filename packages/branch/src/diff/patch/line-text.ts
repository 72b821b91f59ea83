import {
  Binary,
  decodeDocument,
  encodeDocument,
  Long,
  parseEjson,
  stringifyEjson,
  type Doc,
  type Value,
} from '@argon/bson';
import { wrapper } from '../../document/bson-wrapper';
import type { PatchChange, PatchLine, PatchPlace } from './contract';

/**
 * A line of a patch as text, in canonical Extended JSON. Documents that Extended JSON would not give back to the byte
 * (with a field twice, or fields named like its own wrappers) are written as BSON in base64, as `bson`.
 */
export function lineText(line: PatchLine): string {
  return stringifyEjson(lineDocument(line), { relaxed: false });
}

/** Whether a line says the same when it is read as when it was written. */
export function survives(line: PatchLine): boolean {
  const document = lineDocument(line);
  return survivesText(document, encodeDocument(document));
}

function survivesText(document: Doc, bytes: Uint8Array): boolean {
  try {
    const read = parseEjson(stringifyEjson(document, { relaxed: false }));
    return read instanceof Map && Buffer.compare(encodeDocument(read), bytes) === 0;
  } catch {
    return false;
  }
}

function lineDocument(line: PatchLine): Doc {
  switch (line.op) {
    case 'patch':
      return doc({ op: line.op, version: 1, from: place(line.from), to: place(line.to) });
    case 'drop':
      return doc({ op: line.op, collection: line.collection });
    case 'rename':
      return doc({ op: line.op, collection: line.collection, to: line.to });
    case 'create': {
      const { op, collection, type, uuid, options } = line;
      return doc({
        op,
        collection,
        type,
        uuid: new Binary(uuid, Binary.SUBTYPE_UUID),
        options: held(options),
      });
    }
    case 'options': {
      const { op, collection, before, after } = line;
      return doc({ op, collection, before: held(before), after: held(after) });
    }
    case 'drop-index':
    case 'create-index':
      return doc({ op: line.op, collection: line.collection, index: held(line.index) });
    case 'insert':
    case 'delete':
      return doc({ op: line.op, collection: line.collection, document: held(line.document) });
    case 'replace': {
      const { op, collection, before, after } = line;
      return doc({ op, collection, before: held(before), after: held(after) });
    }
    case 'update': {
      const { op, collection, id } = line;
      return doc({ op, collection, _id: id, changes: line.changes.map(changeDocument) });
    }
    case 'end':
      return doc({ op: line.op, lines: Long.fromNumber(line.lines) });
  }
}

function changeDocument(change: PatchChange): Doc {
  const path = [...change.path] as Value[];
  if ('at' in change) {
    const { at, length, removed, inserted } = change;
    return doc({ path, at, length, removed: [...removed], inserted: [...inserted] });
  }
  return doc({ path, before: change.before, after: change.after });
}

/** A document as it stands in a line. */
function held(document: Doc | Uint8Array): Doc {
  const bytes = document instanceof Map ? encodeDocument(document) : document;
  const decoded = decodeDocument(bytes);
  if (survivesText(decoded, bytes) && !(decoded.size === 1 && decoded.has('bson'))) return decoded;
  return wrapper(bytes);
}

function place({ project, branch, lsn }: PatchPlace): Doc {
  return doc({ project, branch, lsn: Long.fromNumber(lsn) });
}

function doc(fields: Readonly<Record<string, Value | undefined>>): Doc {
  const present = Object.entries(fields).filter((field): field is [string, Value] => field[1] !== undefined);
  return new Map(present);
}
