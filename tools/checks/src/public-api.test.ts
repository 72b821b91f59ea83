import { describe, expect, it } from 'vitest';
import { exportedNames } from './public-api.mjs';

describe('exportedNames', () => {
  it('lists values and types, by the names that importers use', () => {
    const source = `
      export { openStore, type StoreOptions as Options } from './store/open';
      export type { Entry } from './entry/entry';
      export * as testing from './testing';
      export const A = 1, B = 2;
      export interface Shape {}
      export class Box {}
      const hidden = 1;
    `;
    expect(exportedNames(source)).toEqual(
      ['A', 'B', 'Box', 'type Entry', 'openStore', 'type Options', 'type Shape', 'testing'].sort((a, b) =>
        a.replace('type ', '') < b.replace('type ', '') ? -1 : 1,
      ),
    );
  });

  it('shows an `export *`, which lint forbids', () => {
    expect(exportedNames(`export * from './x';`)).toEqual(['*']);
  });
});
