import { Double } from '@argon/bson';
import type { Doc, Value } from '@argon/bson';
import type { Random } from './random';
import { knownValue, NAMES, randomScalar } from './random-values';

const BSON_TYPES = [
  'object',
  'array',
  'string',
  'int',
  'long',
  'double',
  'decimal',
  'number',
  'bool',
  'null',
  'date',
];
const JSON_TYPES = ['object', 'array', 'string', 'number', 'boolean', 'null', 'integer'];
const PATTERNS = ['a', '^b', '[a-c]', '^$', '(', 'o b'];

/** Random JSON schemas, most of them valid, for documents of random-values. */
export class RandomSchemas {
  constructor(
    private readonly random: Random,
    private readonly documents: readonly Doc[],
  ) {}

  schema(depth = 3): Doc {
    const { random } = this;
    const schema: Doc = new Map();
    for (let left = random.pick([1, 1, 2, 3]); left > 0; left--) this.keyword(schema, depth);
    return schema;
  }

  private keyword(into: Doc, depth: number): void {
    const { random } = this;
    if (depth > 0 && random.chance(0.6)) {
      this.nesting(into, depth - 1);
      return;
    }
    const keyword = random.pick([
      ...[
        'bsonType',
        'bsonType',
        'type',
        'enum',
        'minimum',
        'maximum',
        'multipleOf',
        'minLength',
        'maxLength',
      ],
      ...['pattern', 'minItems', 'maxItems', 'uniqueItems', 'required', 'required', 'minProperties'],
      ...['maxProperties', 'title', 'nonsense', 'format'],
    ]);
    if (['nonsense', 'format', 'title'].includes(keyword) && random.chance(0.9)) return;
    into.set(keyword, random.chance(0.02) ? randomScalar(random) : this.operand(keyword, into));
  }

  private operand(keyword: string, schema: Doc): Value {
    const { random } = this;
    switch (keyword) {
      case 'bsonType':
        return random.chance(0.7)
          ? random.pick(BSON_TYPES)
          : random.many(1, 3, () => random.pick(BSON_TYPES));
      case 'type':
        return random.chance(0.7)
          ? random.pick(JSON_TYPES)
          : random.many(1, 3, () => random.pick(JSON_TYPES));
      case 'enum':
        return random.many(1, 4, () => knownValue(random, this.documents));
      case 'minimum':
      case 'maximum':
        if (random.chance(0.3))
          schema.set(`exclusive${keyword === 'minimum' ? 'Minimum' : 'Maximum'}`, random.chance(0.5));
        return random.pick<Value>([0, 1, 2, 1.5, new Double(2), -1, NaN]);
      case 'multipleOf':
        return random.pick<Value>([1, 2, 0.5, 3, 1.5]);
      case 'pattern':
        return random.pick(PATTERNS);
      case 'uniqueItems':
        return random.chance(0.8);
      case 'required':
        return random.many(1, 2, () => random.pick(NAMES));
      case 'title':
        return 'a title';
      default:
        return random.below(4);
    }
  }

  private nesting(into: Doc, depth: number): void {
    const { random } = this;
    const fields = (least: number, make: () => Value): Doc =>
      new Map(random.many(least, 2, () => [random.pick(NAMES), make()] as const));
    const inner = () => this.schema(depth) as Value;
    switch (
      random.pick([
        'properties',
        'properties',
        'properties',
        'items',
        'logic',
        'not',
        'patterns',
        'more',
        'depend',
      ])
    ) {
      case 'properties':
        into.set('properties', fields(1, inner));
        if (random.chance(0.2))
          into.set('additionalProperties', random.chance(0.5) ? random.chance(0.5) : inner());
        return;
      case 'items':
        into.set('items', random.chance(0.6) ? inner() : random.many(1, 2, inner));
        if (random.chance(0.4))
          into.set('additionalItems', random.chance(0.5) ? random.chance(0.5) : inner());
        return;
      case 'logic':
        into.set(random.pick(['allOf', 'anyOf', 'oneOf']), random.many(1, 3, inner));
        return;
      case 'not':
        into.set('not', inner());
        return;
      case 'patterns':
        into.set('patternProperties', new Map([[random.pick(['^[ab]$', '\\d', 'c', '^_id$']), inner()]]));
        if (random.chance(0.3)) into.set('additionalProperties', random.chance(0.5));
        return;
      case 'more':
        into.set('additionalProperties', inner());
        return;
      default:
        into.set(
          'dependencies',
          fields(1, () => (random.chance(0.5) ? inner() : [random.pick(NAMES)])),
        );
    }
  }
}
