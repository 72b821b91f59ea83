import type { Doc, Value } from '@argon/bson';
import type { Random } from '../../match/testing/random';
import { FIELDS, randomKind, randomOfKind, type Kind } from './random-documents';

/** Makes an operator's argument. */
export type ArgumentMaker = (maker: ExpressionMaker) => Value;

/** An operator: what it usually gives, and how to make its argument. */
export interface OperatorCase {
  readonly returns: Kind;
  readonly argument: ArgumentMaker;
}

/** Makes random expressions: mostly of the right types, now and then of a wrong one. */
export class ExpressionMaker {
  private depth = 0;

  constructor(
    readonly random: Random,
    private readonly operators: Readonly<Record<string, OperatorCase>>,
    private readonly wrongTypes = 0.08,
  ) {}

  /** One use of an operator. */
  operator(name: string): Value {
    const { argument } = this.operators[name] as OperatorCase;
    this.depth++;
    const made = argument(this);
    this.depth--;
    return object([name, made]);
  }

  /** An expression that usually gives a value of this kind. */
  of(kind: Kind): Value {
    const wanted = this.random.chance(this.wrongTypes) ? randomKind(this.random) : kind;
    const choice = this.random.next();
    if (choice < 0.5) return `$${this.random.pick(FIELDS[wanted])}`;
    if (choice < 0.8 || this.depth > 2) return this.literal(wanted);
    return this.nested(wanted);
  }

  literal(kind: Kind): Value {
    return quote(randomOfKind(this.random, kind));
  }

  list(least: number, most: number, kind: Kind): Value[] {
    return this.random.many(least, most, () => this.of(kind));
  }

  /** An object of arguments, each with the chance of being there. */
  named(parts: Readonly<Record<string, readonly [chance: number, make: () => Value]>>): Doc {
    const result: Doc = new Map();
    for (const [name, [chance, make]] of Object.entries(parts)) {
      if (this.random.chance(chance)) result.set(name, make());
    }
    return result;
  }

  /** An expression over `$$variable`. */
  over(variable: string, kind: Kind): Value {
    const reference = `$$${variable}`;
    switch (this.random.below(5)) {
      case 0:
        return reference;
      case 1:
        return object(['$gt', [reference, this.of(kind)]]);
      case 2:
        return object(['$type', reference]);
      case 3:
        return `${reference}.x`;
      default:
        return object(['$eq', [reference, this.of(kind)]]);
    }
  }

  private nested(kind: Kind): Value {
    const fitting = Object.entries(this.operators).filter(
      ([, { returns }]) => returns === kind || (kind === 'number' && returns === 'int'),
    );
    if (fitting.length === 0) return this.literal(kind);
    return this.operator(this.random.pick(fitting)[0]);
  }
}

export function object(...fields: readonly (readonly [string, Value])[]): Doc {
  return new Map(fields);
}

/** A value as an expression that gives just it. */
function quote(value: Value): Value {
  if (Array.isArray(value) || value instanceof Map || (typeof value === 'string' && value.startsWith('$'))) {
    return object(['$literal', value]);
  }
  return value;
}
