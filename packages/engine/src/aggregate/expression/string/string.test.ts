import { Binary, BSONRegExp, Double } from '@argon/bson';
import { describe, expect, it } from 'vitest';
import { evaluate, valueOf } from '../../testing/evaluate';

describe('strings', () => {
  it.each([
    [{ $toUpper: '$s' }, 'HéLLO'],
    [{ $toLower: new Double(1e20) }, '1e+20'],
    [{ $strLenBytes: '$s' }, 6],
    [{ $binarySize: new Binary(Buffer.from('abc'), 0) }, 3],
    [{ $binarySize: new Binary(Buffer.from('abc'), 2) }, 7],
    [{ $strLenCP: '\u{1f600}a' }, 2],
    [{ $substrBytes: ['$s', 0, 3] }, 'hé'],
    [{ $substrBytes: ['$s', 0, 2] }, 'code: 28657'],
    [{ $substrBytes: ['$s', 1, -1] }, 'éllo'],
    [{ $substrCP: ['a\u{1f600}b', 1, 1] }, '\u{1f600}'],
    [{ $indexOfBytes: ['$s', 'l'] }, 3],
    [{ $indexOfCP: ['$s', 'l'] }, 2],
    [{ $indexOfCP: ['$s', '', 5] }, -1],
    [{ $split: [',a,,b', ','] }, ['', 'a', '', 'b']],
    [{ $trim: { input: 'xxabcxy', chars: 'xy' } }, 'abc'],
    [{ $replaceAll: { input: 'aXbX', find: 'X', replacement: '$&' } }, null],
    [{ $replaceAll: { input: 'aXbX', find: 'X', replacement: '-' } }, 'a-b-'],
    [{ $strcasecmp: ['b', 'A'] }, 1],
    [{ $concat: ['a', '$nothing'] }, null],
    [{ $concat: ['a', 5] }, 'code: 16702'],
    [{ $split: ['a', ''] }, 'code: 40087'],
  ])('%j', (expression, expected) => {
    expect(evaluate(expression, { s: 'héllo' })).toEqual(expected);
  });
});

describe('regular expressions', () => {
  it.each([
    [{ $regexMatch: { input: '$s', regex: 'FOO', options: 'i' } }, true],
    [{ $regexFind: { input: '$s', regex: 'f(x)?oo' } }, { match: 'foo', idx: 2, captures: [null] }],
    [
      { $regexFindAll: { input: '\u{1f600}b', regex: '.' } },
      [
        { match: '\u{1f600}', idx: 0, captures: [] },
        { match: 'b', idx: 1, captures: [] },
      ],
    ],
    [{ $regexFind: { input: '$nothing', regex: 'a' } }, null],
    [{ $regexMatch: { input: '$s', regex: '(' } }, 'code: 51111'],
    [{ $regexMatch: { input: '$s', regex: new BSONRegExp('a', 'i'), options: 'm' } }, 'code: 51107'],
    [{ $regexMatch: { input: 5, regex: 'a' } }, 'code: 51104'],
  ])('%j', (expression, expected) => {
    expect(evaluate(expression, { s: 'é foo' })).toEqual(valueOf(expected));
  });
});
