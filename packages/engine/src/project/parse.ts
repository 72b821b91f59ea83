import { isNumber, bsonTypeName } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { compileFilter } from '../match/compile';
import type { FilterOptions } from '../match/compile';
import { describeElement, describeValue } from '../match/parse/describe';
import { isTrue } from '../match/parse/truth';
import { createScope } from '../aggregate/expression/compile';
import type { CompileScope } from '../aggregate/expression/scope';
import { compileProjectedExpression } from './expression';
import { projectionPath } from './field-path';
import { parseMeta } from './meta';
import { parseSlice } from './slice';
import { isComputed, ProjectionTree } from './tree';
import type { ParsedProjection, ProjectionLeaf } from './tree';

/**
 * Parses the projection of a `find`.
 *
 * @throws CommandError with mongod's code and message for what mongod refuses.
 */
export function parseProjection(spec: Doc, options: FilterOptions): ParsedProjection {
  const parser = new Parser(options);
  const tree = new ProjectionTree();
  for (const [name, value] of spec) parser.element(name, value, tree, true);
  return parser.finish(tree);
}

class Parser {
  #type: 'inclusion' | 'exclusion' | undefined;
  #id: boolean | undefined;
  #hasPositional = false;
  #hasElemMatch = false;
  #hasSlice = false;

  /** Expressions are compiled in it; what fails while computing constants is reported when all has been parsed. */
  readonly #scope: CompileScope;

  constructor(private readonly options: FilterOptions) {
    this.#scope = createScope(options.variables?.keys() ?? [], options.collation);
  }

  /** An inclusion if anything says so, or there is `$elemMatch` and no `$slice`; else everything else stays. */
  private get type(): 'inclusion' | 'exclusion' {
    if (this.#type) return this.#type;
    if (this.#id === true) return 'inclusion';
    return this.#hasElemMatch && !this.#hasSlice ? 'inclusion' : 'exclusion';
  }

  finish(tree: ProjectionTree): ParsedProjection {
    this.#scope.throwDeferred();
    if (this.type === 'inclusion' && !tree.children.has('_id')) tree.children.set('_id', { kind: 'include' });
    markComputed(tree);
    return { tree, type: this.type, needs: this.#scope.needs };
  }

  element(name: string, value: Value, parent: ProjectionTree, isRoot: boolean): void {
    if (name.includes('.$.')) {
      throw new CommandError(
        31394,
        "As of 4.4, it's illegal to specify positional operator in the middle of a path." +
          'Positional projection may only be used at the end, for example: a.b.$. If the query previously used a ' +
          "form like a.b.$.d, remove the parts following the '$' and the results will be equivalent.",
      );
    }
    if (value instanceof Map) this.document(name, value, parent, isRoot);
    else if (!isNumber(value) && typeof value !== 'boolean') this.literal(name, value, parent);
    else if (isTrue(value)) this.inclusion(name, parent, isRoot);
    else this.exclusion(name, parent, isRoot);
  }

  private inclusion(name: string, parent: ProjectionTree, isRoot: boolean): void {
    const isId = isRoot && name === '_id';
    if (isPositional(name)) {
      if (this.#hasPositional) {
        throw new CommandError(31276, 'Cannot specify more than one positional projection per query.');
      }
      if (this.#hasElemMatch)
        throw new CommandError(31256, 'Cannot specify positional operator and $elemMatch.');
      add(parent, name.slice(0, -2), { kind: 'positional' });
      this.#hasPositional = true;
    } else add(parent, name, { kind: 'include' });
    if (isId) this.#id = true;
    else
      this.include(
        () => new CommandError(31253, `Cannot do inclusion on field ${name} in exclusion projection`),
      );
  }

  private exclusion(name: string, parent: ProjectionTree, isRoot: boolean): void {
    if (isPositional(name))
      throw new CommandError(31395, 'positional projection cannot be used with exclusion');
    add(parent, name, { kind: 'exclude' });
    if (isRoot && name === '_id') {
      this.#id = false;
      return;
    }
    if (this.#type === 'inclusion') {
      throw new CommandError(31254, `Cannot do exclusion on field ${name} in inclusion projection`);
    }
    this.#type = 'exclusion';
  }

  private literal(name: string, value: Value, parent: ProjectionTree): void {
    if (isPositional(name))
      throw new CommandError(31308, 'positional projection cannot be used with a literal');
    const expression = compileProjectedExpression(value, this.#scope);
    add(parent, name, { kind: 'computed', expression });
    this.include(
      () =>
        new CommandError(
          31310,
          `Cannot use an expression ${describeElement(name, value)} in an exclusion projection`,
        ),
    );
  }

  private document(name: string, value: Doc, parent: ProjectionTree, isRoot: boolean): void {
    if (isPositional(name)) {
      throw new CommandError(31271, 'positional projection cannot be used with an expression or sub object');
    }
    const [first] = value;
    if (first === undefined) {
      throw new CommandError(
        51270,
        'An empty sub-projection is not a valid value. Found empty object at path',
      );
    }
    if (value.size === 1 && first[0].startsWith('$') && this.operator(name, value, parent, isRoot)) return;
    const inner = descend(parent, projectionPath(name), name);
    for (const [field, nested] of value) this.element(field, nested, inner, false);
  }

  /** `{path: {$operator: …}}`; false if the name only looks like an operator (`$id`). */
  private operator(path: string, value: Doc, parent: ProjectionTree, isRoot: boolean): boolean {
    const [name, operand] = [...value][0]!;
    if (name === '$slice') this.slice(path, value, operand, parent);
    else if (name === '$elemMatch') this.elemMatch(path, operand, parent, isRoot);
    else if (name === '$meta') {
      const meta = parseMeta(operand);
      this.#scope.needsMetadata(meta);
      add(parent, path, { kind: 'meta', name: meta });
    } else if (name === '$id' || name === '$ref' || name === '$db') return false;
    else this.expression(path, value, parent);
    return true;
  }

  private slice(path: string, value: Doc, operand: Value, parent: ProjectionTree): void {
    let complaint: CommandError;
    try {
      add(parent, path, { kind: 'slice', slice: parseSlice(operand) });
      this.#hasSlice = true;
      return;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      complaint = error;
    }
    try {
      this.expression(path, value, parent);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new CommandError(
        error.mongoCode,
        `Invalid $slice syntax. The given syntax ${describeValue(value)} did not match the find() syntax because :: ` +
          `${complaint.codeName}: ${complaint.message} :: The given syntax did not match the expression $slice ` +
          `syntax. :: caused by :: ${error.message}`,
      );
    }
  }

  private elemMatch(path: string, operand: Value, parent: ProjectionTree, isRoot: boolean): void {
    if (!(operand instanceof Map)) {
      const type = bsonTypeName(operand);
      throw new CommandError(31274, `elemMatch: Invalid argument, object required, but got ${type}`);
    }
    if (this.#hasPositional)
      throw new CommandError(31255, 'Cannot specify positional operator and $elemMatch.');
    if (!isRoot || path.includes('.')) {
      throw new CommandError(31275, 'Cannot use $elemMatch projection on a nested field.');
    }
    this.#hasElemMatch = true;
    // Only the field's own array is searched, so the condition is compiled for a document that holds nothing else.
    const filter: Doc = new Map([[path, new Map([['$elemMatch', operand]])]]);
    add(parent, path, { kind: 'elemMatch', matcher: compileFilter(filter, this.options) });
  }

  private expression(path: string, value: Doc, parent: ProjectionTree): void {
    if (this.#type === 'exclusion') {
      throw new CommandError(31252, 'Cannot use expression other than $meta in exclusion projection');
    }
    this.#type = 'inclusion';
    add(parent, path, { kind: 'computed', expression: compileProjectedExpression(value, this.#scope) });
  }

  private include(complaint: () => CommandError): void {
    if (this.#type === 'exclusion') throw complaint();
    this.#type = 'inclusion';
  }
}

function isPositional(name: string): boolean {
  return name.endsWith('.$');
}

function add(parent: ProjectionTree, path: string, leaf: ProjectionLeaf): void {
  const parts = projectionPath(path);
  const last = parts.pop()!;
  const tree = descend(parent, parts, path);
  if (tree.children.has(last)) throw new CommandError(31250, `Path collision at ${path}`);
  tree.children.set(last, leaf);
}

/** The subtree at a path below `parent`, made where there is none. */
function descend(parent: ProjectionTree, parts: readonly string[], path: string): ProjectionTree {
  const depth = path.split('.').length;
  let tree = parent;
  for (const [index, part] of parts.entries()) {
    let child = tree.children.get(part);
    if (child === undefined) {
      child = new ProjectionTree();
      tree.children.set(part, child);
    } else if (child.kind !== 'tree') {
      if (index === depth - 1) throw new CommandError(31250, `Path collision at ${path}`);
      const remaining = path.slice(path.indexOf('.') + 1);
      throw new CommandError(31249, `Path collision at ${path} remaining portion ${remaining}`);
    }
    tree = child;
  }
  return tree;
}

function markComputed(tree: ProjectionTree): void {
  for (const node of tree.children.values()) {
    if (node.kind === 'tree') markComputed(node);
    if (isComputed(node)) tree.hasComputed = true;
  }
}
