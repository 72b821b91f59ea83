import { decodeDocument, encodeDocument } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import type { FilterOptions } from '../match/compile';
import { decodeAt, findField } from '../match/walk/bytes';
import { addComputed, applyBase, withoutHoles } from './decoded';
import { setMetadata, type DocumentMetadata } from '../aggregate/metadata';
import { metadataUnavailable } from '../aggregate/needed-metadata';
import { parseProjection } from './parse';
import { applyPositional } from './positional';
import { RawProjection } from './raw';
import type { Replacements } from './raw';
import { applySlice } from './slice';
import { ProjectionTree } from './tree';
import type { ParsedProjection, ProjectionLeaf } from './tree';

export interface ProjectionOptions extends FilterOptions {
  /** Whether documents come with how well they meet a search. */
  readonly hasTextScore?: boolean;
  /** Whether they come with how far they are from a point. */
  readonly hasNear?: boolean;
}

/** The projection of a find, compiled once for any number of documents. */
export interface Projector {
  /**
   * @param position - Which item of an array the filter matched, where `needsPosition`.
   * @throws CommandError where an expression fails, or there is no item for the positional `$`.
   */
  project(document: Uint8Array, position?: number, metadata?: DocumentMetadata): Uint8Array;
  /** The projection is empty: documents stay as they are. */
  readonly identity: boolean;
  /** It has a positional `$`, so it wants to know where the filter matched. */
  readonly needsPosition: boolean;
  /** What its `$meta`s name. */
  readonly needs: ReadonlySet<string>;
  /** Where it has `{$meta: 'sortKey'}` as such. */
  readonly sortKeyPaths: readonly (readonly string[])[];
  /** `_id` stays as it is. */
  readonly keepsId: boolean;
}

/**
 * Compiles the projection of `find` and `findAndModify`.
 *
 * @throws CommandError with mongod's code and message for what mongod refuses.
 */
export function compileProjection(spec: Doc, options: ProjectionOptions = {}): Projector {
  return new CompiledProjection(parseProjection(spec, options), spec.size === 0, options);
}

type At<Kind> = { readonly path: readonly string[]; readonly leaf: Extract<ProjectionLeaf, { kind: Kind }> };

class CompiledProjection implements Projector {
  readonly needsPosition: boolean;
  readonly needs: ReadonlySet<string>;
  readonly sortKeyPaths: readonly (readonly string[])[];
  readonly keepsId: boolean;
  readonly #type: ParsedProjection['type'];
  /** Copies what is left or taken as it is. */
  readonly #raw: RawProjection;
  /** What there is more to do with: these top-level fields are decoded. */
  readonly #special = new ProjectionTree();
  readonly #specialNames: readonly (readonly [name: string, encoded: Uint8Array])[];
  readonly #slices: readonly At<'slice'>[];
  readonly #positional: At<'positional'> | undefined;
  readonly #variables: ReadonlyMap<string, Value | undefined>;

  constructor(
    projection: ParsedProjection,
    readonly identity: boolean,
    options: ProjectionOptions,
  ) {
    const { tree, type } = projection;
    this.#type = type;
    this.needs = projection.needs;
    this.sortKeyPaths = leaves(tree, 'meta').flatMap(({ path, leaf }) =>
      leaf.name === 'sortKey' ? [path] : [],
    );
    if (this.needs.has('textScore') && options.hasTextScore !== true) throw metadataUnavailable('textScore');
    for (const name of ['geoNearDistance', 'geoNearPoint']) {
      if (this.needs.has(name) && options.hasNear !== true) throw metadataUnavailable(name);
    }
    this.#slices = leaves(tree, 'slice');
    this.#positional = leaves(tree, 'positional')[0];
    this.needsPosition = this.#positional !== undefined;
    const id = tree.children.get('_id')?.kind;
    this.keepsId = id === 'include' || (id === undefined && type === 'exclusion');
    for (const [name, node] of tree.children) if (!isPlain(node)) this.#special.children.set(name, node);
    this.#special.hasComputed = tree.hasComputed;
    const names = [...this.#special.children.keys()];
    this.#specialNames = names.map((name) => [name, Buffer.from(name)]);
    this.#raw = new RawProjection(projection, names);
    this.#variables = new Map([...(options.variables ?? []), ['NOW', options.now ?? new Date()]]);
  }

  project(document: Uint8Array, position?: number, metadata: DocumentMetadata = {}): Uint8Array {
    if (this.identity) return document;
    if (this.#specialNames.length === 0) return this.#raw.project(document);
    return this.#raw.project(document, this.#replacements(document, position, metadata));
  }

  #replacements(bytes: Uint8Array, position: number | undefined, metadata: DocumentMetadata): Replacements {
    const fields = decodeFields(bytes, this.#specialNames);
    const base = applyBase(fields, this.#special, this.#type) as Doc;
    let projected = base;
    if (this.#special.hasComputed) {
      let decoded: Doc | undefined;
      const document = () => (decoded ??= setMetadata(decodeDocument(bytes), metadata));
      projected = addComputed(base, this.#special, {
        bytes,
        document,
        fields,
        variables: this.#variables,
        metadata,
      });
    }
    for (const { path, leaf } of this.#slices) projected = applySlice(projected, path, leaf.slice);
    if (this.#positional) projected = applyPositional(projected, this.#positional.path, position);
    const inPlace: (Uint8Array | undefined)[] = this.#specialNames.map(([name]) =>
      base.has(name) ? encodeField(name, projected.get(name)) : undefined,
    );
    const appended = [...projected.keys()].filter((name) => !base.has(name));
    return { inPlace, appended: appended.map((name) => encodeField(name, projected.get(name))!) };
  }
}

/** Whether a field is only left out, taken whole, or taken in part. */
function isPlain(node: ProjectionLeaf | ProjectionTree): boolean {
  if (node.kind === 'tree') return [...node.children.values()].every(isPlain);
  return node.kind === 'include' || node.kind === 'exclude';
}

function decodeFields(bytes: Uint8Array, names: readonly (readonly [string, Uint8Array])[]): Doc {
  const fields: Doc = new Map();
  for (const [name, encoded] of names) {
    const at = findField(bytes, 0, encoded);
    if (at >= 0) fields.set(name, decodeAt(bytes, bytes[at]!, at + encoded.length + 2)!);
  }
  return fields;
}

/** A field as it stands in a document: type, name, value. */
function encodeField(name: string, value: Value | undefined): Uint8Array | undefined {
  if (value === undefined) return undefined;
  return encodeDocument(new Map([[name, withoutHoles(value)]])).subarray(4, -1);
}

function leaves<Kind extends ProjectionLeaf['kind']>(tree: ProjectionTree, kind: Kind): At<Kind>[] {
  return [...tree.children].flatMap(([name, node]): At<Kind>[] => {
    if (node.kind === 'tree')
      return leaves(node, kind).map(({ path, leaf }) => ({ path: [name, ...path], leaf }));
    return node.kind === kind ? [{ path: [name], leaf: node as At<Kind>['leaf'] }] : [];
  });
}
