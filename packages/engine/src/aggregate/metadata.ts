import type { Doc, Value } from '@argon/bson';

/** Facts about a document that are not in it, by the names that `$meta` has for them. */
export interface DocumentMetadata {
  readonly recordId?: Value;
  readonly textScore?: Value;
  /** The values the document was sorted by. */
  readonly sortKey?: readonly Value[];
  /** The key of the index that it was found by. */
  readonly indexKey?: Value;
  readonly geoNearDistance?: Value;
  readonly geoNearPoint?: Value;
  /** Where `$sample` drew it. */
  readonly randVal?: Value;
}

const NONE: DocumentMetadata = {};
const KNOWN = new WeakMap<Doc, DocumentMetadata>();

/** What is known of a document besides what it holds. */
export function metadataOf(document: Doc): DocumentMetadata {
  return KNOWN.get(document) ?? NONE;
}

/** Says more of a document that nobody else holds. */
export function addMetadata(document: Doc, metadata: DocumentMetadata): Doc {
  return setMetadata(document, { ...metadataOf(document), ...metadata });
}

/** Says of a document this and nothing else. */
export function setMetadata(document: Doc, metadata: DocumentMetadata): Doc {
  KNOWN.set(document, metadata);
  return document;
}

/** The document that a stage made of another: what is known of that one is known of it, and nothing else. */
export function withMetadataOf(source: Doc, made: Doc): Doc {
  const metadata = KNOWN.get(source);
  if (source === made || KNOWN.get(made) === metadata) return made;
  // One that was inside of another may be there still, with what is known of it there.
  const own = KNOWN.has(made) ? new Map(made) : made;
  return metadata === undefined ? own : setMetadata(own, metadata);
}

/** The value of `{$meta: name}`; undefined, which leaves the field out, if there is none. */
export function metaValue(name: string, metadata: DocumentMetadata): Value | undefined {
  const value = metadata[name as keyof DocumentMetadata];
  return Array.isArray(value) ? [...(value as readonly Value[])] : (value as Value | undefined);
}
