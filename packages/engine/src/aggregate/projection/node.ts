import type { Doc, Value } from '@argon/bson';
import type { Expression, Variables } from '../expression/expression';

/** What happens to a field that the projection does not name. */
export type ProjectionPolicy = 'include' | 'exclude' | 'add';

/**
 * One level of a projection: what to do with the fields of a document, by name. `$project` with ones keeps what it
 * names ('include'), with zeros drops it ('exclude'); `$addFields` keeps everything ('add'). Each can compute fields.
 */
export class ProjectionNode {
  /** Fields that the projection names as a whole: kept by 'include', dropped by 'exclude'. */
  readonly named = new Set<string>();
  readonly children = new Map<string, ProjectionNode>();
  readonly computed = new Map<string, Expression>();
  /** The names of `children` and `computed` in the order of the specification, by which new fields are appended. */
  private readonly order: string[] = [];
  private computes: boolean | undefined;

  constructor(readonly policy: ProjectionPolicy) {}

  addComputed(name: string, expression: Expression): void {
    this.computed.set(name, expression);
    this.order.push(name);
  }

  child(name: string): ProjectionNode {
    let child = this.children.get(name);
    if (child === undefined) {
      child = new ProjectionNode(this.policy);
      this.children.set(name, child);
      this.order.push(name);
    }
    return child;
  }

  /** The projected document; the input stays as it is. */
  apply(document: Doc, root: Doc, variables: Variables): Doc {
    const output = this.project(document);
    if (this.hasComputed()) this.compute(output, root, variables);
    return output;
  }

  private hasComputed(): boolean {
    this.computes ??=
      this.computed.size > 0 || [...this.children.values()].some((child) => child.hasComputed());
    return this.computes;
  }

  private project(document: Doc): Doc {
    if (this.policy === 'add') return new Map(document);
    const output: Doc = new Map();
    for (const [name, value] of document) {
      const child = this.children.get(name);
      if (child !== undefined) {
        const projected = child.projectValue(value);
        if (projected !== undefined) output.set(name, projected);
        // What is computed inside of the field later keeps the field's place.
        else if (child.hasComputed()) output.set(name, null);
      } else if (this.named.has(name) === (this.policy === 'include')) {
        output.set(name, value);
      }
    }
    return output;
  }

  /** For values below the top: a scalar holds nothing to include, and nothing to exclude. */
  private projectValue(value: Value): Value | undefined {
    if (value instanceof Map) return this.project(value);
    if (!Array.isArray(value)) return this.policy === 'include' ? undefined : value;
    const elements: Value[] = [];
    for (const element of value) {
      const projected = this.projectValue(element);
      if (projected !== undefined) elements.push(projected);
      else if (this.hasComputed()) elements.push(null);
    }
    return elements;
  }

  private compute(output: Doc, root: Doc, variables: Variables): void {
    for (const name of this.order) {
      const child = this.children.get(name);
      if (child === undefined) {
        const value = (this.computed.get(name) as Expression).evaluate(root, variables);
        if (value === undefined) output.delete(name);
        else output.set(name, value);
      } else if (child.hasComputed()) {
        output.set(name, child.computeIn(output.get(name), root, variables));
      }
    }
  }

  /** Computes fields inside of a value: in each document of an array; what is no document is replaced by one. */
  private computeIn(value: Value | undefined, root: Doc, variables: Variables): Value {
    if (Array.isArray(value)) return value.map((element) => this.computeIn(element, root, variables));
    // Documents that `project` made are new; those that 'add' left alone are not.
    const fields: Doc = value instanceof Map ? new Map(value) : new Map();
    this.compute(fields, root, variables);
    return fields;
  }
}
