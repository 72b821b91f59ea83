import {
  compareValues,
  decodeDocument,
  documentAt,
  findElement,
  stringifyEjson,
  type Doc,
  type Value,
} from '@argon/bson';

/** What of a reply must agree. */
export type Answer =
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  /** A cursor's first batch, as its array's bytes. */
  | { readonly kind: 'batch'; readonly bytes: Uint8Array }
  | { readonly kind: 'reply'; readonly reply: Doc };

/** What depends on the deployment, and says nothing of the command. */
const SURROUNDINGS = ['$clusterTime', 'operationTime', 'electionId', 'opTime', 'commitQuorum', 'argonCode'];

export function answerOf(reply: Uint8Array): Answer {
  const cursor = findElement(reply, 'cursor');
  if (cursor?.type === 3) {
    const batch = findElement(reply, 'firstBatch', cursor.start);
    if (batch !== undefined) return { kind: 'batch', bytes: documentAt(reply, batch) };
  }
  const decoded = decodeDocument(reply);
  if (Number(decoded.get('ok')) !== 1) {
    return { kind: 'error', code: Number(decoded.get('code')), message: String(decoded.get('errmsg')) };
  }
  for (const field of SURROUNDINGS) decoded.delete(field);
  decoded.set('ok', 1);
  const errors = decoded.get('writeErrors');
  if (Array.isArray(errors)) decoded.set('writeErrors', errors.map(shortError));
  return { kind: 'reply', reply: decoded };
}

/** Which statement failed, and of what. */
function shortError(error: Value): Value {
  const document = error as Doc;
  return new Map<string, Value>(
    ['index', 'code', 'keyPattern', 'keyValue'].flatMap((field) =>
      document.has(field) ? [[field, document.get(field)!] as const] : [],
    ),
  );
}

/** The documents of a batch. */
export function documentsOf(answer: Answer): Doc[] {
  return answer.kind === 'batch' ? ([...decodeDocument(answer.bytes).values()] as Doc[]) : [];
}

/** Whether bytes alone already say that two answers are the same. */
export function sameBytes(left: Answer, right: Answer): boolean {
  return left.kind === 'batch' && right.kind === 'batch' && Buffer.compare(left.bytes, right.bytes) === 0;
}

/** An answer as lines of text, types exact: one a document. */
export function linesOf(answer: Answer, isUnordered = false): string[] {
  switch (answer.kind) {
    case 'error':
      return [`error ${answer.code}`];
    case 'reply':
      return [text(answer.reply)];
    case 'batch': {
      if (!isUnordered) return documentsOf(answer).map(text);
      return documentsOf(answer)
        .map((document) => text(sortFacets(document)))
        .sort();
    }
  }
}

/** What facets of these names hold comes in the order of what they do. */
function sortFacets(document: Doc): Doc {
  const [a, b] = [document.get('a'), document.get('b')];
  if (!Array.isArray(a) || !Array.isArray(b) || document.size !== 2) return document;
  return new Map([
    ['a', a.toSorted(compareValues)],
    ['b', b.toSorted(compareValues)],
  ]);
}

export function describeAnswer(answer: Answer): string {
  return answer.kind === 'error'
    ? `error ${answer.code} ${answer.message}`
    : linesOf(answer).join('\n            ');
}

const TIMES =
  /\{"\$date":\{"\$numberLong":"(\d{13})"\}\}|\{"\$timestamp":\{"t":(\d{10}),"i":\d+\}\}|\{"\$oid":"([0-9a-f]{8})[0-9a-f]{16}"\}/g;

/** With times and ids from the clock, which no two servers have alike, as a word. */
export function withoutClock(line: string): string {
  return line.replaceAll(TIMES, (whole, date?: string, timestamp?: string, id?: string) => {
    const time = date ?? Number(timestamp ?? parseInt(id!, 16)) * 1000;
    if (Math.abs(Date.now() - Number(time)) > 3_600_000) return whole;
    return date !== undefined ? '"a date"' : timestamp !== undefined ? '"a timestamp"' : '"an id"';
  });
}

export function text(value: Value): string {
  return stringifyEjson(value, { relaxed: false });
}
