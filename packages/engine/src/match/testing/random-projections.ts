import type { Doc, Value } from '@argon/bson';
import { Decimal128, Double } from '@argon/bson';
import type { Random } from './random';
import { RandomFilters } from './random-filters';
import { NAMES, randomScalar } from './random-values';

/** Random projections of every kind that `find` has. */
export class RandomProjections {
  constructor(
    private readonly random: Random,
    private readonly filters: RandomFilters,
  ) {}

  projection(): Doc {
    const { random } = this;
    const including = random.chance(0.55);
    const projection: Doc = new Map();
    if (random.chance(0.2)) projection.set('_id', random.pick<Value>([0, 1, false, true]));
    for (let left = random.pick([1, 1, 2, 2, 3, 4]); left > 0; left--)
      this.field(projection, including, 1, true);
    return projection;
  }

  private field(into: Doc, including: boolean, depth: number, maybePositional: boolean): void {
    const { random } = this;
    const parts = random.many(1, random.pick([1, 1, 2, 3]), () => random.pick(NAMES));
    const path = parts.join('.');
    const kind = random.next();
    if (kind < 0.6) into.set(path, this.flag(random.chance(0.03) ? !including : including));
    else if (kind < 0.7) into.set(path, new Map([['$slice', this.slice()]]));
    else if (kind < 0.76) into.set(parts[0]!, new Map([['$elemMatch', this.elemMatch()]]));
    else if (kind < 0.82 && maybePositional) into.set(`${path}.$`, 1);
    else if (kind < 0.92 && depth > 0) {
      const inner: Doc = new Map();
      for (let left = 1 + random.below(2); left > 0; left--) {
        // mongod 6.0 loses the beginning of the path of {'a.b': {'c.$': 1}}.
        this.field(inner, including, depth - 1, parts.length === 1);
      }
      into.set(path, inner);
    } else if (including || random.chance(0.05)) into.set(path, this.computed());
    else into.set(path, this.flag(including));
  }

  private flag(including: boolean): Value {
    const yes: Value[] = [1, true, 2, -1, new Double(1), 0.5, NaN, Decimal128.fromString('1')];
    const no: Value[] = [0, false, new Double(0), Decimal128.fromString('0')];
    return this.random.pick(including ? yes : no);
  }

  private computed(): Value {
    const { random } = this;
    const path = random.many(1, 2, () => random.pick(['a', 'b', 'c', 'd'])).join('.');
    return random.pick<Value>([
      `$${path}`,
      `$${path}`,
      'text',
      null,
      ['$a', 1],
      '$$ROOT',
      '$$REMOVE',
      new Date(0),
    ]);
  }

  private slice(): Value {
    const { random } = this;
    if (random.chance(0.1)) return randomScalar(random);
    const some = () => random.pick<Value>([0, 1, 2, -1, -2, 1.5, -1.5, Decimal128.fromString('1.5'), 100]);
    if (random.chance(0.5)) return some();
    return [some(), random.chance(0.8) ? 1 + random.below(3) : some()];
  }

  private elemMatch(): Doc {
    return this.random.chance(0.5) ? this.filters.operators(1) : this.filters.filter(1);
  }
}
