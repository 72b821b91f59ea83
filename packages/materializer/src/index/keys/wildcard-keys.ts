import {
  BsonUndefined,
  decodeDocument,
  encodeKey,
  keyForms,
  type Doc,
  type SeenInKeys,
  type Value,
} from '@argon/bson';
import type { IndexDefinition } from '../../state/contract';
import type { KeyExtractor } from '../key-extractor';
import { wildcardPaths, type WildcardPaths } from './wildcard-paths';

/** What the keys of paths that lead through arrays begin with, where others begin with the path: numbers come first. */
const ARRAY_PATH = 1;

/** The keys of a wildcard index: a path and a value for each there is; and each path that leads to an array. */
export function wildcardKeys({ key, specification }: IndexDefinition): KeyExtractor {
  const projection = specification.get('wildcardProjection');
  const paths = wildcardPaths(key.keys().next().value!, projection instanceof Map ? projection : undefined);
  return (document, seen) => {
    const walk = new WildcardWalk(paths, seen);
    walk.fields(decodeDocument(document), '');
    return [...walk.keys];
  };
}

/** The key that notes in an index that a path leads to an array. */
export function arrayPathKey(path: string): string {
  return encodeKey([ARRAY_PATH, path]);
}

class WildcardWalk {
  readonly keys = new Set<string>();

  constructor(
    private readonly paths: WildcardPaths,
    private readonly seen: SeenInKeys | undefined,
  ) {}

  fields(document: Doc, prefix: string): void {
    for (const [field, value] of document) {
      // The path of a field with a dot in its name is another field's.
      if (field === '' || field.includes('.')) continue;
      const path = prefix === '' ? field : `${prefix}.${field}`;
      if (this.paths.mayHold(path)) this.value(value, path);
    }
  }

  private value(value: Value, path: string): void {
    if (Array.isArray(value)) this.items(value, path);
    else if (value instanceof Map && value.size > 0) this.fields(value, path);
    else this.add(path, value);
  }

  private items(items: readonly Value[], path: string): void {
    this.keys.add(arrayPathKey(path));
    if (this.seen !== undefined) this.seen.multikey[0] = 1;
    if (items.length === 0) this.add(path, BsonUndefined.VALUE);
    for (const item of items) {
      // An array in an array is a value like others.
      if (item instanceof Map && item.size > 0) this.fields(item, path);
      else this.add(path, item);
    }
  }

  private add(path: string, value: Value): void {
    if (!this.paths.holds(path)) return;
    this.keys.add(encodeKey([path, value]));
    if (this.seen !== undefined) this.seen.forms[0] = (this.seen.forms[0] ?? 0) | keyForms(value);
  }
}
