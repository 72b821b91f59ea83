import { Binary, BSONRegExp, Decimal128, Double, Long } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import type { Random } from './random';
import { knownValue, NAMES, randomScalar } from './random-values';

const TYPES: readonly Value[] = [
  ...[
    'double',
    'string',
    'object',
    'array',
    'binData',
    'undefined',
    'objectId',
    'bool',
    'date',
    'null',
    'regex',
  ],
  ...[
    'dbPointer',
    'javascript',
    'symbol',
    'javascriptWithScope',
    'int',
    'timestamp',
    'long',
    'decimal',
    'minKey',
  ],
  ...['maxKey', 'number', 1, 2, 3, 4, 10, 16, -1, 127, 0, 'nonsense', 21, 1.5],
];

const PATTERNS = [
  'a',
  '^a',
  'b$',
  '^abc$',
  '.',
  'A',
  'o b',
  '^$',
  '[a-c]+',
  'é',
  'a.b',
  '^.$',
  '\\bbar',
  '(a|b)c?',
  '\\d',
];

/** Random filters whose operands often stand in the documents. */
export class RandomFilters {
  constructor(
    private readonly random: Random,
    private readonly documents: readonly Doc[],
  ) {}

  filter(depth = 2): Doc {
    const { random } = this;
    const filter: Doc = new Map();
    for (let left = random.chance(0.75) ? 1 : 2; left > 0; left--) {
      if (depth > 0 && random.chance(0.2)) {
        const operator = random.pick(['$and', '$or', '$nor']);
        filter.set(
          operator,
          random.many(random.chance(0.02) ? 0 : 1, 3, () => this.filter(depth - 1)),
        );
      } else filter.set(this.path(), this.condition(depth));
    }
    return filter;
  }

  path(): string {
    const { random } = this;
    if (random.chance(0.03)) return '_id';
    const parts = random.many(1, random.pick([1, 2, 2, 3, 4]), () => random.pick(NAMES));
    return parts.join('.');
  }

  private condition(depth: number): Value {
    const { random } = this;
    if (random.chance(0.25)) return this.value();
    if (random.chance(0.04)) return this.regex();
    return this.operators(depth);
  }

  operators(depth: number): Doc {
    const { random } = this;
    const operators: Doc = new Map();
    for (let left = random.chance(0.7) ? 1 : 2; left > 0; left--) this.operator(depth, operators);
    return operators;
  }

  private operator(depth: number, into: Doc): void {
    const { random } = this;
    const operator = random.pick([
      ...[
        '$eq',
        '$ne',
        '$gt',
        '$gte',
        '$lt',
        '$lte',
        '$gt',
        '$gte',
        '$lt',
        '$lte',
        '$in',
        '$in',
        '$nin',
        '$not',
      ],
      ...['$exists', '$type', '$size', '$all', '$elemMatch', '$elemMatch', '$mod', '$regex', '$bits'],
    ]);
    switch (operator) {
      case '$in':
      case '$nin':
        into.set(
          operator,
          random.many(0, 4, () => (random.chance(0.1) ? this.regex() : this.value())),
        );
        return;
      case '$not':
        into.set(
          operator,
          random.chance(0.15) ? this.regex() : depth > 0 ? this.operators(depth - 1) : new Map(),
        );
        return;
      case '$exists':
        into.set(operator, random.pick<Value>([true, false, 1, 0, null, 'x', NaN, new Double(0)]));
        return;
      case '$type':
        into.set(
          operator,
          random.chance(0.8) ? random.pick(TYPES) : random.many(0, 3, () => random.pick(TYPES)),
        );
        return;
      case '$size':
        into.set(operator, random.chance(0.85) ? random.below(4) : randomScalar(random));
        return;
      case '$all':
        into.set(
          operator,
          random.many(0, 3, () => this.allItem(depth)),
        );
        return;
      case '$elemMatch':
        into.set(
          operator,
          random.chance(0.5) || depth === 0 ? this.operators(depth - 1) : this.filter(depth - 1),
        );
        return;
      case '$mod':
        into.set(operator, [this.modNumber(), this.modNumber()]);
        return;
      case '$regex':
        into.set('$regex', random.chance(0.8) ? random.pick(PATTERNS) : this.regex());
        if (random.chance(0.4)) into.set('$options', random.pick(['', 'i', 'm', 's', 'ix', 'ims', 'z']));
        return;
      case '$bits':
        into.set(random.pick(['$bitsAllSet', '$bitsAllClear', '$bitsAnySet', '$bitsAnyClear']), this.mask());
        return;
      default:
        into.set(operator, this.value());
    }
  }

  private value(): Value {
    return knownValue(this.random, this.documents);
  }

  private regex(): Value {
    return new BSONRegExp(this.random.pick(PATTERNS), this.random.pick(['', '', 'i', 'm', 's', 'im']));
  }

  private allItem(depth: number): Value {
    const { random } = this;
    if (random.chance(0.1)) return this.regex();
    if (random.chance(0.15)) return new Map([['$elemMatch', this.operators(depth - 1)]]);
    return this.value();
  }

  private modNumber(): Value {
    if (this.random.chance(0.15)) return randomScalar(this.random);
    return this.random.pick<Value>([
      1,
      2,
      3,
      0,
      -2,
      1.5,
      new Double(2),
      Long.fromNumber(2),
      Decimal128.fromString('2'),
    ]);
  }

  private mask(): Value {
    const { random } = this;
    return random.pick<Value>([
      random.below(8),
      random.below(8),
      random.many(0, 3, () => random.pick<Value>([0, 1, 2, 3, 31, 63, 64, 100])),
      new Binary(Buffer.from([random.below(8), random.below(3)]), 0),
      randomScalar(random),
    ]);
  }
}
