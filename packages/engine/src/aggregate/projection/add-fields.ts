import { bsonTypeName, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { describeDocument } from '../expression/describe';
import type { ExpressionScope, Variables } from '../expression/expression';
import { parseFieldPath } from '../expression/field-path';
import type { CompileScope } from '../expression/scope';
import { ProjectionNode } from './node';
import { inContext } from './project-stage';

/** `$addFields` and `$set`: nested objects add fields inside of those that are there. */
export function compileAddFields(
  argument: Value,
  scope: CompileScope,
  name: string,
): (document: Doc, variables: Variables) => Doc {
  if (!(argument instanceof Map)) {
    throw new CommandError(
      40272,
      `${name} specification stage must be an object, got ${bsonTypeName(argument)}`,
    );
  }
  const root = inContext(name, () => new SpecReader(argument, scope).root);
  return (document, variables) => root.apply(document, document, variables);
}

class SpecReader {
  readonly root = new ProjectionNode('add');
  /** The paths read so far, in order. */
  private readonly paths: string[] = [];

  constructor(
    private readonly spec: Doc,
    private readonly scope: ExpressionScope,
  ) {
    for (const [name, value] of spec) this.readField(name, value, name);
  }

  private readField(path: string, value: Value, field: string): void {
    const steps = parseFieldPath(path);
    if (value instanceof Map && this.readNested(path, value, field)) return;
    this.checkConflict(path);
    let node = this.root;
    for (const step of steps.slice(0, -1)) node = node.child(step);
    node.addComputed(steps.at(-1) as string, this.scope.compile(value));
  }

  /** Reads an object as fields inside of a field; false if it is an expression. */
  private readNested(path: string, object: Doc, field: string): boolean {
    if (object.size === 0) {
      throw new CommandError(
        40180,
        `an empty object is not a valid value. Found empty object at path ${path}`,
      );
    }
    const names = [...object.keys()];
    if (names.some((name) => name.startsWith('$'))) {
      if (names.length === 1) return false;
      throw new CommandError(
        40181,
        `an expression specification must contain exactly one field, the name of the expression. Found ${names.length} fields in ${describeDocument(object)}, while parsing object ${describeDocument(this.around(field))}`,
      );
    }
    for (const [name, value] of object) {
      if (name.includes('.')) {
        throw new CommandError(
          40183,
          `cannot use dotted field name '${name}' in a sub object: ${describeDocument(this.around(field))}`,
        );
      }
      this.readField(`${path}.${name}`, value, field);
    }
    return true;
  }

  private around(field: string): Doc {
    return new Map([[field, this.spec.get(field) as Value]]);
  }

  private checkConflict(path: string): void {
    const conflict = this.paths.find(
      (other) => other === path || path.startsWith(`${other}.`) || other.startsWith(`${path}.`),
    );
    if (conflict !== undefined) {
      throw new CommandError(
        40176,
        `specification contains two conflicting paths. Cannot specify both '${path}' and '${conflict}': ${describeDocument(this.spec)}`,
      );
    }
    this.paths.push(path);
  }
}
