import { CommandError } from './errors';
import { Command } from './command';

const SECTION_BODY = 0;
const SECTION_SEQUENCE = 1;

/**
 * The command in the sections of an OP_MSG (what follows the flag bits, without a checksum).
 * Source: MongoDB's wire protocol, "OP_MSG". @throws CommandError on malformed sections
 * @param check called for each document before anything else reads it: for bytes that come from far away
 */
export function commandFromSections(sections: Uint8Array, check?: (document: Uint8Array) => void): Command {
  const found = readSections(sections);
  if (found.body === undefined) throw new CommandError(40587, 'OP_MSG messages must have a body');
  if (check !== undefined) {
    check(found.body);
    for (const documents of found.sequences.values()) documents.forEach(check);
  }
  return Command.fromBytes(found.body, found.sequences);
}

/**
 * As `commandFromSections`, of a message whose body is by itself, without the kind before it.
 * @param sections what follows it: document sequences only
 */
export function commandFromParts(body: Uint8Array, sections: Uint8Array): Command {
  const found = readSections(sections);
  if (found.body !== undefined) throw malformed('it has two bodies');
  return Command.fromBytes(body, found.sequences);
}

interface Sections {
  readonly body: Uint8Array | undefined;
  readonly sequences: Map<string, Uint8Array[]>;
}

function readSections(sections: Uint8Array): Sections {
  const view = new DataView(sections.buffer, sections.byteOffset, sections.byteLength);
  let body: Uint8Array | undefined;
  const sequences = new Map<string, Uint8Array[]>();
  let at = 0;
  while (at < sections.length) {
    const kind = sections[at];
    const size = at + 5 <= sections.length ? view.getInt32(at + 1, true) : -1;
    const end = at + 1 + size;
    if (size < 5 || end > sections.length)
      throw new CommandError('InvalidBSON', 'A section runs past the end of the message');
    if (kind === SECTION_BODY) {
      if (body !== undefined) throw new CommandError(40430, 'Multiple body sections in message');
      body = sections.subarray(at + 1, end);
    } else if (kind === SECTION_SEQUENCE) {
      const name = endOfName(sections, at + 5, end);
      const field = Buffer.from(sections.buffer, sections.byteOffset + at + 5, name - at - 5).toString(
        'utf8',
      );
      if (sequences.has(field)) throw new CommandError(40431, `Duplicate document sequence: ${field}`);
      sequences.set(field, documentsIn(sections, view, name + 1, end));
    } else {
      throw new CommandError(40432, `Unknown section kind ${kind}`);
    }
    at = end;
  }
  return { body, sequences };
}

function endOfName(bytes: Uint8Array, from: number, end: number): number {
  const zero = bytes.indexOf(0, from);
  if (zero < 0 || zero >= end) throw malformed('a document sequence has no name');
  return zero;
}

function documentsIn(bytes: Uint8Array, view: DataView, from: number, end: number): Uint8Array[] {
  const documents: Uint8Array[] = [];
  let at = from;
  while (at < end) {
    const size = at + 4 <= end ? view.getInt32(at, true) : -1;
    if (size < 5 || at + size > end)
      throw new CommandError('InvalidBSON', 'A document in a sequence runs past its end');
    documents.push(bytes.subarray(at, at + size));
    at += size;
  }
  return documents;
}

function malformed(what: string): CommandError {
  return new CommandError('FailedToParse', `The message cannot be read: ${what}`);
}
