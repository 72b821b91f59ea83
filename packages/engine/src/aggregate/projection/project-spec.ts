import { isNumber, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { describeElement } from '../expression/describe';
import type { Expression, ExpressionScope } from '../expression/expression';
import { parseFieldPath } from '../expression/field-path';
import { isOperator } from '../expression/operator-table';
import { isTrue } from '../expression/truth';
import { ProjectionNode } from './node';

/** What a `$project` says of one path. */
export interface ProjectionLeaf {
  readonly path: readonly string[];
  readonly kind: 'include' | 'exclude' | 'compute' | 'metadata';
  readonly expression?: Expression;
  /** For messages: the last name, and the value as written. */
  readonly name: string;
  readonly value: Value;
}

/** Reads a `$project` specification. Whether it includes or excludes is decided by its first field but `_id`. */
export function parseProjection(spec: Doc, scope: ExpressionScope): ProjectionNode {
  if (spec.size === 0) throw new CommandError(51272, 'projection specification must have at least one field');
  const reader = new SpecReader(scope);
  reader.readObject(spec, []);
  const type = reader.type ?? (reader.excludesId ? 'exclude' : 'include');
  const root = new ProjectionNode(type);
  for (const leaf of reader.leaves) place(root, leaf);
  finishId(root, reader, type);
  return root;
}

function finishId(root: ProjectionNode, reader: SpecReader, type: 'include' | 'exclude'): void {
  const mentionsId = reader.leaves.some(({ path }) => path[0] === '_id');
  if (type === 'include') {
    if (!mentionsId && reader.idValue !== false) root.named.add('_id');
  } else if (reader.idValue === false) root.named.add('_id');
}

function place(root: ProjectionNode, leaf: ProjectionLeaf): void {
  let node = root;
  for (const name of leaf.path.slice(0, -1)) node = node.child(name);
  const last = leaf.path.at(-1) as string;
  if (leaf.expression !== undefined) node.addComputed(last, leaf.expression);
  else node.named.add(last);
}

class SpecReader {
  readonly leaves: ProjectionLeaf[] = [];
  type: 'include' | 'exclude' | undefined;
  /** Whether `_id` itself is included or excluded, if said. */
  idValue: boolean | undefined;
  private readonly paths = new PathSet();

  constructor(private readonly scope: ExpressionScope) {}

  get excludesId(): boolean {
    return this.idValue === false;
  }

  readObject(object: Doc, prefix: readonly string[]): void {
    for (const [name, value] of object) this.readField(name, value, prefix);
  }

  private readField(name: string, value: Value, prefix: readonly string[]): void {
    refusePositional(name);
    const path = [...prefix, ...parseFieldPath(name)];
    if (isNumber(value) || typeof value === 'boolean') this.readFlag(name, path, value);
    else if (value instanceof Map) this.readNested(name, path, value);
    else {
      this.paths.add(path, name, prefix.length);
      if (this.type === 'exclude') throw scalarInExclusion(name, value);
      this.compute({ path, kind: 'compute', expression: this.scope.compile(value), name, value });
    }
  }

  private readFlag(name: string, path: readonly string[], value: Value): void {
    const included = isTrue(value);
    this.paths.add(path, name, path.length - name.split('.').length);
    if (path.length === 1 && name === '_id') {
      this.idValue = included;
      return;
    }
    const wanted = included ? 'include' : 'exclude';
    if (this.type !== undefined && this.type !== wanted) {
      throw included
        ? new CommandError(31253, `Cannot do inclusion on field ${name} in exclusion projection`)
        : new CommandError(31254, `Cannot do exclusion on field ${name} in inclusion projection`);
    }
    this.type = wanted;
    this.leaves.push({ path, kind: wanted, name, value });
  }

  private readNested(name: string, path: readonly string[], value: Doc): void {
    const [first] = value;
    if (first === undefined) {
      throw new CommandError(
        51270,
        'An empty sub-projection is not a valid value. Found empty object at path',
      );
    }
    if (!first[0].startsWith('$') || value.size > 1) {
      this.readObject(value, path);
      return;
    }
    this.paths.add(path, name, path.length - name.split('.').length);
    this.readExpression(name, path, value, first[0]);
  }

  private readExpression(name: string, path: readonly string[], value: Doc, operator: string): void {
    if (operator === '$elemMatch') {
      throw new CommandError('InvalidPipelineOperator', 'Cannot use $elemMatch in this context');
    }
    if (!isOperator(operator)) throw new CommandError(31325, `Unknown expression ${operator}`);
    const expression = this.scope.compile(value);
    if (operator === '$meta') {
      this.leaves.push({ path, kind: 'metadata', expression, name, value });
      return;
    }
    if (this.type === 'exclude') {
      throw new CommandError(31252, 'Cannot use expression other than $meta in exclusion projection');
    }
    this.compute({ path, kind: 'compute', expression, name, value });
  }

  private compute(leaf: ProjectionLeaf): void {
    this.type = 'include';
    this.leaves.push(leaf);
  }
}

function scalarInExclusion(name: string, value: Value): CommandError {
  return new CommandError(
    31310,
    `Cannot use an expression ${name}: ${describeElement(value)} in an exclusion projection`,
  );
}

function refusePositional(name: string): void {
  if (name === '$' || name.endsWith('.$')) {
    throw new CommandError(31324, 'Cannot use positional projection in aggregation projection');
  }
  if (name.split('.').slice(0, -1).includes('$')) {
    throw new CommandError(
      31394,
      "As of 4.4, it's illegal to specify positional operator in the middle of a path.Positional projection may only be used at the end, for example: a.b.$. If the query previously used a form like a.b.$.d, remove the parts following the '$' and the results will be equivalent.",
    );
  }
}

/** The paths that a specification names, none of which may be another or lie inside of it. */
class PathSet {
  private readonly root: Map<string, unknown> = new Map();

  /** `depth`: how many leading steps come from the objects around. */
  add(path: readonly string[], name: string, depth: number): void {
    let level = this.root;
    for (const [index, step] of path.entries()) {
      const next = level.get(step);
      const isLast = index === path.length - 1;
      if (isLast && next !== undefined) throw new CommandError(31250, `Path collision at ${name}`);
      if (next === LEAF) {
        const rest = path.slice(Math.max(index + 1, depth + 1)).join('.');
        throw new CommandError(31249, `Path collision at ${name} remaining portion ${rest}`);
      }
      if (isLast) level.set(step, LEAF);
      else {
        const below = (next as Map<string, unknown> | undefined) ?? new Map<string, unknown>();
        level.set(step, below);
        level = below;
      }
    }
  }
}

const LEAF = Symbol('leaf');
