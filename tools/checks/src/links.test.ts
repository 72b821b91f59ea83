import { describe, expect, it } from 'vitest';
import { deadLinks } from './links.mjs';
import { root } from './workspace.mjs';

describe('deadLinks', () => {
  it('names links to files that are absent', () => {
    const text = 'See [a](LICENSE), [b](tools/checks/#x), [c](absent.md), [d](https://x.y/z), [e](#here).';
    expect(deadLinks(root, text)).toEqual(['absent.md']);
  });

  it('leaves code alone', () => {
    expect(deadLinks(root, '`a[0](x)`\n\n```js\na[0](y);\n```\n')).toEqual([]);
  });
});
