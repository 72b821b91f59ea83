import { decodeDocument, encodeDocument } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import type { FilterOptions } from '../match/compile';
import { addComputed, applyBase, withoutHoles } from './decoded';
import type { DocumentMetadata } from './meta';
import { parseProjection } from './parse';
import { applyPositional } from './positional';
import { RawProjection } from './raw';
import { applySlice } from './slice';
import type { ParsedProjection, ProjectionLeaf, ProjectionTree } from './tree';

export type ProjectionOptions = FilterOptions;

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
  /** It has `{$meta: 'sortKey'}`, which mongod refuses without a sort. */
  readonly needsSortKey: boolean;
  /** It has `{$meta: 'recordId'}`. */
  readonly needsRecordId: boolean;
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
  readonly needsSortKey: boolean;
  readonly needsRecordId: boolean;
  readonly keepsId: boolean;
  readonly #raw: RawProjection | undefined;
  readonly #slices: readonly At<'slice'>[];
  readonly #positional: At<'positional'> | undefined;
  readonly #variables: ReadonlyMap<string, Value | undefined>;

  constructor(
    private readonly projection: ParsedProjection,
    readonly identity: boolean,
    options: ProjectionOptions,
  ) {
    const { tree, type } = projection;
    const meta = leaves(tree, 'meta').map(({ leaf }) => leaf.name);
    this.needsSortKey = meta.includes('sortKey');
    this.needsRecordId = meta.includes('recordId');
    this.#slices = leaves(tree, 'slice');
    this.#positional = leaves(tree, 'positional')[0];
    this.needsPosition = this.#positional !== undefined;
    const id = tree.children.get('_id')?.kind;
    this.keepsId = id === 'include' || (id === undefined && type === 'exclusion');
    const isPlain = !this.needsPosition && this.#slices.length === 0 && !tree.hasComputed;
    this.#raw = isPlain ? new RawProjection(projection) : undefined;
    this.#variables = new Map<string, Value | undefined>([...(options.variables ?? [])]).set(
      'NOW',
      options.now ?? new Date(),
    );
  }

  project(document: Uint8Array, position?: number, metadata: DocumentMetadata = {}): Uint8Array {
    if (this.identity) return document;
    if (this.#raw) return this.#raw.project(document);
    const { tree, type } = this.projection;
    const original = decodeDocument(document);
    let projected = applyBase(original, tree, type) as Doc;
    if (tree.hasComputed) {
      projected = addComputed(projected, tree, { document: original, variables: this.#variables, metadata });
    }
    for (const { path, leaf } of this.#slices) projected = applySlice(projected, path, leaf.slice);
    if (this.#positional) projected = applyPositional(projected, this.#positional.path, position);
    return encodeDocument(withoutHoles(projected) as Doc);
  }
}

function leaves<Kind extends ProjectionLeaf['kind']>(tree: ProjectionTree, kind: Kind): At<Kind>[] {
  return [...tree.children].flatMap(([name, node]): At<Kind>[] => {
    if (node.kind === 'tree') return leaves(node, kind).map(({ path, leaf }) => ({ path: [name, ...path], leaf }));
    return node.kind === kind ? [{ path: [name], leaf: node as At<Kind>['leaf'] }] : [];
  });
}
