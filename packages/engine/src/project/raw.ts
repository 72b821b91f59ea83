import { afterZero, BSON_ARRAY, BSON_DOCUMENT, int32At, valueEnd } from '../match/walk/bytes';
import type { ParsedProjection, ProjectionTree } from './tree';

/** A tree of plain inclusions or exclusions, with its names encoded. */
interface RawTree {
  readonly names: readonly Uint8Array[];
  readonly children: readonly (RawTree | 'whole' | 'replaced')[];
}

/** Encoded fields (without a document around them) that take the place of others, or go to the end. */
export interface Replacements {
  /** By the place of the name among the projection's replaced ones; undefined: the field goes away. */
  readonly inPlace: readonly (Uint8Array | undefined)[];
  readonly appended: readonly Uint8Array[];
}

const NONE: Replacements = { inPlace: [], appended: [] };

/** What is being written; as large as the largest document so far, and copied from when one is done. */
let scratch: Buffer = Buffer.allocUnsafe(16 * 1024);

/** Leaves fields out of encoded documents by copying the others, byte for byte. */
export class RawProjection {
  private readonly tree: RawTree;
  private readonly including: boolean;

  /** @param replaced - Top-level fields that are not copied but replaced. */
  constructor({ tree, type }: ParsedProjection, replaced: readonly string[]) {
    this.including = type === 'inclusion';
    // An `_id: 1` in an exclusion, and an `_id: 0` in an inclusion, only say that the rule does not hold for it.
    const plain = encodeTree(tree, this.including ? 'include' : 'exclude', new Set(replaced));
    this.tree = {
      names: [...replaced.map((name) => Buffer.from(name)), ...plain.names],
      children: [...replaced.map(() => 'replaced' as const), ...plain.children],
    };
  }

  project(bytes: Uint8Array, replacements: Replacements = NONE): Uint8Array {
    // Fields are left out, and array indexes only become smaller: nothing but replacements makes a document larger.
    let most = bytes.length;
    for (const field of replacements.inPlace) most += field?.length ?? 0;
    for (const field of replacements.appended) most += field.length;
    if (scratch.length < most) scratch = Buffer.allocUnsafe(most * 2);
    const write = this.including ? include : exclude;
    const end = write(bytes, 0, this.tree, 0, replacements);
    return Buffer.from(scratch.subarray(0, end));
  }
}

function encodeTree(tree: ProjectionTree, kind: 'include' | 'exclude', except: ReadonlySet<string>): RawTree {
  const named = [...tree.children].filter(
    ([name, node]) => !except.has(name) && (node.kind === 'tree' || node.kind === kind),
  );
  return {
    names: named.map(([name]) => Buffer.from(name)),
    children: named.map(([, node]) => (node.kind === 'tree' ? encodeTree(node, kind, NOTHING) : 'whole')),
  };
}

const NOTHING: ReadonlySet<string> = new Set();

/** Which of the tree's names stands at `at`; −1 if none does. */
function nameAt(bytes: Uint8Array, at: number, names: readonly Uint8Array[]): number {
  for (let candidate = 0; candidate < names.length; candidate++) {
    const name = names[candidate]!;
    let index = 0;
    while (index < name.length && bytes[at + index] === name[index]) index++;
    if (index === name.length && bytes[at + index] === 0) return candidate;
  }
  return -1;
}

/** Writes the included fields of the document at `offset` to `to`; returns where it ends there. */
function include(bytes: Uint8Array, offset: number, tree: RawTree, to: number, replacements = NONE): number {
  const limit = offset + int32At(bytes, offset) - 1;
  let at = offset + 4;
  let out = to + 4;
  let left = tree.names.length;
  while (at < limit && left > 0) {
    const type = bytes[at]!;
    const found = nameAt(bytes, at + 1, tree.names);
    const start = found < 0 ? afterZero(bytes, at + 1) : at + tree.names[found]!.length + 2;
    const end = valueEnd(bytes, type, start);
    if (found >= 0) {
      left--;
      const child = tree.children[found]!;
      if (child === 'whole') out = copy(bytes, at, end, out);
      else if (child === 'replaced') out = copyField(replacements.inPlace[found], out);
      else if (type === BSON_DOCUMENT) out = include(bytes, start, child, copy(bytes, at, start, out));
      else if (type === BSON_ARRAY) out = includeItems(bytes, start, child, copy(bytes, at, start, out));
    }
    at = end;
  }
  return close(to, append(replacements, out));
}

/** In arrays, documents and arrays are entered and everything else is dropped; those that stay are numbered anew. */
function includeItems(bytes: Uint8Array, offset: number, tree: RawTree, to: number): number {
  const limit = offset + int32At(bytes, offset) - 1;
  let at = offset + 4;
  let out = to + 4;
  let kept = 0;
  while (at < limit) {
    const type = bytes[at]!;
    const start = afterZero(bytes, at + 1);
    at = valueEnd(bytes, type, start);
    if (type !== BSON_DOCUMENT && type !== BSON_ARRAY) continue;
    scratch[out++] = type;
    out += scratch.write(String(kept++), out, 'latin1');
    scratch[out++] = 0;
    out = type === BSON_DOCUMENT ? include(bytes, start, tree, out) : includeItems(bytes, start, tree, out);
  }
  return close(to, out);
}

/** Writes the document (or array) at `offset` without the excluded fields; returns where it ends. */
function exclude(bytes: Uint8Array, offset: number, tree: RawTree, to: number, replacements = NONE): number {
  const limit = offset + int32At(bytes, offset) - 1;
  let at = offset + 4;
  let out = to + 4;
  let from = at; // what was passed and not written yet
  while (at < limit) {
    const type = bytes[at]!;
    const found = nameAt(bytes, at + 1, tree.names);
    const start = found < 0 ? afterZero(bytes, at + 1) : at + tree.names[found]!.length + 2;
    const end = valueEnd(bytes, type, start);
    if (found >= 0) {
      const child = tree.children[found]!;
      if (typeof child === 'string') {
        out = copy(bytes, from, at, out);
        if (child === 'replaced') out = copyField(replacements.inPlace[found], out);
        from = end;
      } else if (type === BSON_DOCUMENT || type === BSON_ARRAY) {
        out = copy(bytes, from, start, out);
        out =
          type === BSON_DOCUMENT ? exclude(bytes, start, child, out) : excludeItems(bytes, start, child, out);
        from = end;
      }
    }
    at = end;
  }
  return close(to, append(replacements, copy(bytes, from, limit, out)));
}

function excludeItems(bytes: Uint8Array, offset: number, tree: RawTree, to: number): number {
  const limit = offset + int32At(bytes, offset) - 1;
  let at = offset + 4;
  let out = to + 4;
  while (at < limit) {
    const type = bytes[at]!;
    const start = afterZero(bytes, at + 1);
    const end = valueEnd(bytes, type, start);
    if (type !== BSON_DOCUMENT && type !== BSON_ARRAY) out = copy(bytes, at, end, out);
    else {
      out = copy(bytes, at, start, out);
      out = type === BSON_DOCUMENT ? exclude(bytes, start, tree, out) : excludeItems(bytes, start, tree, out);
    }
    at = end;
  }
  return close(to, out);
}

function append(replacements: Replacements, out: number): number {
  for (const field of replacements.appended) out = copyField(field, out);
  return out;
}

function copyField(field: Uint8Array | undefined, out: number): number {
  return field === undefined ? out : copy(field, 0, field.length, out);
}

function copy(bytes: Uint8Array, from: number, to: number, out: number): number {
  const length = to - from;
  if (length > 48) scratch.set(bytes.subarray(from, to), out);
  else for (let index = 0; index < length; index++) scratch[out + index] = bytes[from + index]!;
  return out + length;
}

/** Ends the document that was written from `to` up to `out`. */
function close(to: number, out: number): number {
  scratch[out] = 0;
  scratch.writeInt32LE(out + 1 - to, to);
  return out + 1;
}
