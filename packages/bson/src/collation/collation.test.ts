import { describe, expect, it } from 'vitest';
import { compareValues } from '../order/compare';
import { encodeKey } from '../key/encode-key';
import { splitKey } from '../key/split-key';
import { Collation } from './collation';
import { similarLocale } from './locale';

const hex = (key: string): string => Buffer.from(key, 'latin1').toString('hex');
const sorted = (collation: Collation, texts: readonly string[]): string[] =>
  [...texts].sort((a, b) => collation.compare(a, b));

describe('Collation', () => {
  it.each([
    ['en', { strength: 2 }, 'X', '570105'],
    ['en', { strength: 3 }, '', '0101'],
    ['ga', { strength: 5, normalization: true }, 'HBU', '372b51010701dcdcdc0101797386'],
  ] as const)('makes the keys that mongod 6.0 shows for %s %o', (locale, settings, text, key) => {
    expect(hex(Collation.of(locale, settings)!.key(text))).toBe(key);
  });

  it('orders as languages do', () => {
    expect(sorted(Collation.of('en')!, ['b', 'Ä', 'a', 'B', 'z', 'ä', 'A'])).toEqual([
      'a',
      'A',
      'ä',
      'Ä',
      'b',
      'B',
      'z',
    ]);
    expect(sorted(Collation.of('sv')!, ['ä', 'z', 'å', 'a'])).toEqual(['a', 'z', 'å', 'ä']);
    expect(sorted(Collation.of('cs')!, ['ch', 'h', 'c', 'i'])).toEqual(['c', 'h', 'ch', 'i']);
    expect(sorted(Collation.of('en', { numericOrdering: true })!, ['a10', 'a9', 'a010'])).toEqual([
      'a9',
      'a10',
      'a010',
    ]);
    expect(sorted(Collation.of('fr_CA')!, ['côte', 'coté', 'côté', 'cote'])).toEqual([
      'cote',
      'côte',
      'coté',
      'côté',
    ]);
  });

  it('holds equal what differs at a deeper level only', () => {
    const base = Collation.of('en', { strength: 1 })!;
    expect(base.compare('Résumé', 'resume')).toBe(0);
    expect(base.compare('straße', 'STRASSE')).toBe(0);
    expect(Collation.of('en', { strength: 2 })!.compare('é', 'e')).toBe(1);
    expect(Collation.of('en', { alternate: 'shifted' })!.compare('black bird', 'blackbird')).toBe(0);
    expect(Collation.of('en', { strength: 1, caseLevel: true })!.compare('A', 'a')).toBe(1);
  });

  it('finds marks that belong together though others stand between', () => {
    // In Vietnamese, a circumflex is a letter's; a dot below, of another class, does not come between.
    const vietnamese = Collation.of('vi', { normalization: true, strength: 1 })!;
    expect(vietnamese.compare('a\u0323\u0302', 'â')).toBe(0);
    expect(vietnamese.compare('a\u0323\u0302', 'a')).toBe(1);
  });

  it('is one object for equal settings, and none for what mongod does not know', () => {
    expect(Collation.of('en', { strength: 2 })).toBe(Collation.of('en', { strength: 2, backwards: false }));
    expect(Collation.of('xx')).toBeUndefined();
    expect(Collation.of('en_us')).toBeUndefined();
    expect(Collation.of('__proto__')).toBeUndefined();
    expect(similarLocale('en-us')).toBe('en_US');
    expect(similarLocale('de@collation=PHONEBOOK')).toBe('de@collation=phonebook');
    expect(similarLocale('xx')).toBeUndefined();
  });

  it('has the settings of the locale', () => {
    expect(Collation.of('da')!.settings.caseFirst).toBe('upper');
    expect(Collation.of('th')!.settings).toMatchObject({ alternate: 'shifted', normalization: true });
    expect(Collation.version).toBe('57.1');
  });

  it('reaches into documents and arrays, and not to names', () => {
    const base = Collation.of('en', { strength: 1 })!;
    const a = new Map([['x', ['B', new Map([['y', 'ä']])]]]);
    const b = new Map([['x', ['b', new Map([['y', 'A']])]]]);
    expect(compareValues(a, b)).not.toBe(0);
    expect(compareValues(a, b, base)).toBe(0);
    expect(encodeKey([a], undefined, base)).toBe(encodeKey([b], undefined, base));
    expect(compareValues(new Map([['x', 1]]), new Map([['X', 1]]), base)).not.toBe(0);
  });

  it('makes keys that can be taken apart', () => {
    const base = Collation.of('ja')!;
    const values = ['語', 'b\0', ['x'], null];
    const key = encodeKey(values, [1, -1, 1, 1], base);
    expect(splitKey(key, [1, -1, 1, 1])).toEqual(values.map((value) => encodeKey([value], undefined, base)));
  });
});
