import { describe, expect, it } from 'vitest';
import { compileRegex } from './compile';

describe('compileRegex', () => {
  it.each<[pattern: string, options: string, text: string, matches: boolean]>([
    ['^abc', '', 'abcd', true],
    ['c$', '', 'abc\n', true],
    ['c\\z', '', 'abc\n', false],
    ['^b', '', 'a\nb', false],
    ['^b', 'm', 'a\nb', true],
    ['a.b', '', 'a\nb', false],
    ['a.b', 's', 'a\nb', true],
    ['a b # note', 'x', 'ab', true],
    ['ABC', 'i', 'xabcx', true],
    ['(?i)abc', '', 'ABC', true],
    ['a(?i:b)c', '', 'aBc', true],
    ['a(?i:b)c', '', 'ABC', false],
    ['[[:digit:]]+', '', 'x7', true],
    ['\\Qa.b\\E', '', 'axb', false],
    ['\\x{1f600}', '', '\u{1f600}', true],
    ['^.$', '', '\u{1f600}', true],
    ['(?<n>a)\\k<n>', '', 'aa', true],
    ['(?>a+)ab', '', 'aaab', false],
    ['a++b', '', 'aab', true],
    ['(a)++(b)\\2', '', 'aabb', true],
    ['\\h\\R', '', ' \r\n', true],
    ['a{,2}', '', 'a{,2}', true],
  ])('%s with options "%s" on %j: %s', (pattern, options, text, matches) => {
    expect(compileRegex(pattern, options).test(text)).toBe(matches);
  });

  it.each([
    ['(', 'missing )'],
    [')', 'unmatched parentheses'],
    ['[a', 'missing terminating ] for character class'],
    ['*a', 'nothing to repeat'],
    ['a{2,1}', 'numbers out of order in {} quantifier'],
    ['\\', '\\ at end of pattern'],
    ['(?<n>a)(?<n>b)', 'two named subpatterns have the same name'],
    ['\\p{Foo}', 'unknown property name after \\P or \\p'],
    ['(?1)', 'recursion is not supported'],
    ['(?(1)a|b)', 'a conditional group is not supported'],
    ['(a)?\\1', 'a reference to a group that may not have matched is not supported'],
  ])('refuses %s', (pattern, reason) => {
    expect(() => compileRegex(pattern, '')).toThrow(`Regular expression is invalid: ${reason}`);
  });
});
