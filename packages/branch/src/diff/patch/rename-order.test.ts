import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renameOrder } from './rename-order';

it('comes to the new names by steps that are all possible', () => {
  const names = fc.uniqueArray(fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e', 'argon.patch.1'), {
    maxLength: 6,
  });
  const renames = fc.tuple(names, names).map(([from, to]) => {
    const pairs = from.slice(0, to.length).map((name, i) => ({ from: name, to: to[i]! }));
    return pairs.filter((pair) => pair.from !== pair.to);
  });
  fc.assert(
    fc.property(renames, (wanted) => {
      const places = new Map(wanted.map(({ from }) => [from, from]));
      const taken = new Set(wanted.flatMap(({ from, to }) => [from, to]));
      for (const { from, to } of renameOrder(wanted, taken)) {
        expect(places.has(to)).toBe(false);
        places.set(to, places.get(from)!);
        places.delete(from);
      }
      expect([...places].map(([now, was]) => ({ from: was, to: now })).sort(byFrom)).toEqual(
        [...wanted].sort(byFrom),
      );
    }),
  );
});

function byFrom(a: { from: string }, b: { from: string }): number {
  return a.from < b.from ? -1 : 1;
}
