import { asBuffer, decodeDocument, elements, elementValue, type Doc, type Value } from '@argon/bson';
import { documentChanges, type DocumentChange } from './changes';

/**
 * As `documentChanges` of the two decoded, for less: where both have the same fields in the same order, as versions of a
 * document mostly have, only those are decoded whose bytes differ.
 * @throws BsonFormatError for damaged bytes
 */
export function encodedChanges(before: Uint8Array, after: Uint8Array): readonly DocumentChange[] {
  const differing = differingFields(before, after);
  return differing === undefined
    ? documentChanges(decodeDocument(before), decodeDocument(after))
    : documentChanges(...differing);
}

/** The fields whose bytes differ, before and after; undefined if the two are not field for field the same otherwise. */
function differingFields(
  before: Uint8Array,
  after: Uint8Array,
): readonly [before: Doc, after: Doc] | undefined {
  const [a, b] = [asBuffer(before), asBuffer(after)];
  const names = new Set<string>();
  const [old, now] = [new Map<string, Value>(), new Map<string, Value>()];
  const others = elements(b)[Symbol.iterator]();
  for (const was of elements(a)) {
    const { value: is } = others.next();
    // Of a field that is there twice, decoding keeps the last one.
    if (is === undefined || was.name !== is.name || names.has(was.name)) return undefined;
    names.add(was.name);
    if (was.type === is.type && a.compare(b, is.start, is.end, was.start, was.end) === 0) continue;
    old.set(was.name, elementValue(a, was));
    now.set(is.name, elementValue(b, is));
  }
  return others.next().done === true ? [old, now] : undefined;
}
