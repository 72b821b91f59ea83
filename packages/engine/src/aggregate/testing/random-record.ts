import { Decimal128, Double, Long, type Doc, type Value } from '@argon/bson';
import type { Random } from '../../match/testing/random';
import { randomScalar } from '../../match/testing/random-values';
import { object } from './expression-maker';

/** A document of the collections that pipelines run over: few fields, with values that meet. */
export function randomRecord(random: Random, id: number): Doc {
  const record: Doc = new Map([['_id', id]]);
  const fields: Record<string, () => Value> = {
    g: () => random.pick<Value>(['a', 'b', 'c', null, 1, new Double(1)]),
    k: () => (random.chance(0.2) ? random.many(0, 3, () => random.below(6)) : random.below(6)),
    v: () =>
      random.pick<Value>([
        1,
        2,
        3,
        10,
        -4,
        2.5,
        new Double(7),
        Long.fromString('5'),
        Decimal128.fromString('1.50'),
      ]),
    p: () => random.below(8),
    arr: () =>
      random.many(0, 4, () => random.pick<Value>([1, 2, 3, 'x', null, object(['x', random.below(3)])])),
    sub: () => object(['x', random.below(4)], ['y', object(['z', random.below(3)])]),
    docs: () => random.many(0, 3, () => object(['x', random.below(3)], ['y', randomScalar(random)])),
    d: () => new Date(1_600_000_000_000 + random.below(10) * 86_400_000),
    any: () => randomScalar(random),
  };
  for (const [name, make] of Object.entries(fields)) {
    if (random.chance(0.9))
      record.set(name, name === 'p' || random.chance(0.95) ? make() : randomScalar(random));
  }
  return record;
}
