import { describe, expect, it } from 'vitest';
import { Prefixes } from './prefixes';

describe('prefixes', () => {
  const prefixes = new Prefixes(['a', 'a_b', 'main', 'a.b']);

  it.each([
    ['a_users', 'a', 'users'],
    ['a_b_users', 'a_b', 'users'],
    // Nothing would be left of the longer one's name.
    ['a_b_', 'a', 'b_'],
    ['a_b', 'a', 'b'],
    ['a_bc', 'a', 'bc'],
    ['main_main_users', 'main', 'main_users'],
    ['a.b_users', 'a.b', 'users'],
    ['system.buckets.a_b_t', 'a_b', 'system.buckets.t'],
    ['system.views', undefined, undefined],
    ['users', undefined, undefined],
    ['mainusers', undefined, undefined],
    ['main_', undefined, undefined],
    ['A_users', undefined, undefined],
  ])('%s is of branch %s, as %s', (stored, branch, shown) => {
    expect(prefixes.ownerOf(stored)).toBe(branch);
    for (const each of ['a', 'a_b', 'main', 'a.b']) {
      expect(prefixes.shown(each, stored)).toBe(each === branch ? shown : undefined);
    }
    if (branch !== undefined) expect(prefixes.stored(branch, shown)).toBe(stored);
  });

  it('know which others lie within one', () => {
    expect(prefixes.within('a')).toEqual(['a_b_']);
    expect(prefixes.within('a_b')).toEqual([]);
  });
});
