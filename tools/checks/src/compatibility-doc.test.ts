import { expect, it } from 'vitest';
import { checkCompatibilityDoc, describeMeasured } from './compatibility-doc.mjs';

it('tells what was measured, a row each, and commands that there are not in one line', () => {
  const text = describeMeasured({
    commands: {
      find: { verdict: 'yes' },
      dbStats: { verdict: 'differs', why: 'sizes of documents' },
      compact: { verdict: 'no', code: 115, why: 'use argon compact' },
      splitChunk: { verdict: 'no', code: 59, why: 'no such command' },
    },
    stages: { $out: { verdict: 'differs', why: 'see `$out` and $merge' } },
  });
  expect(text).toContain('| `find`    | yes       |');
  expect(text).toContain('| `dbStats` | differs   | sizes of documents     |');
  expect(text).toContain('| `compact` | no        | 115: use argon compact |');
  expect(text).toContain('(`CommandNotFound`, 59): `splitChunk`.');
  expect(text).toContain('| `$out` | differs   | see `$out` and `$merge` |');
});

it('the page is up to date', () => {
  expect(checkCompatibilityDoc(false)).toEqual([]);
});
