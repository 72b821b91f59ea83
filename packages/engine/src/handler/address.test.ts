import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from './address';

describe('the address in a database name', () => {
  it.each([
    ['shop', { project: 'shop', branch: 'main', moment: undefined }],
    ['shop~feature-x', { project: 'shop', branch: 'feature-x', moment: undefined }],
    ['shop@1042', { project: 'shop', branch: 'main', moment: { lsn: 1042 } }],
    ['shop~feature-x@1042', { project: 'shop', branch: 'feature-x', moment: { lsn: 1042 } }],
    [
      'shop@2026-01-31T12-00-00Z',
      { project: 'shop', branch: 'main', moment: { timestamp: Date.UTC(2026, 0, 31, 12) } },
    ],
    [
      'shop@2026-01-31T12:00:30Z',
      { project: 'shop', branch: 'main', moment: { timestamp: Date.UTC(2026, 0, 31, 12, 0, 30) } },
    ],
    ['shop@2026-01-31', { project: 'shop', branch: 'main', moment: { timestamp: Date.UTC(2026, 0, 31) } }],
    [
      'shop@2026-01-31T12-00-00-5Z',
      { project: 'shop', branch: 'main', moment: { timestamp: Date.UTC(2026, 0, 31, 12, 0, 0, 500) } },
    ],
  ])('%s', (database, address) => {
    expect(parseAddress(database)).toEqual(address);
  });

  it.each([
    '',
    '~x',
    'shop~',
    'shop~..',
    'shop~a$b',
    'shop~a\0b',
    'shop@',
    'shop@soon',
    'shop@2026-02-31',
    'shop@2026-01-31T25-00Z',
    'a b',
    'a/b',
    'shop~x~y',
  ])('%j is none', (database) => {
    expect(() => parseAddress(database)).toThrowError(
      expect.objectContaining({ codeName: 'InvalidNamespace' }),
    );
  });

  it('is read back as it was written', () => {
    const moments = [undefined, { lsn: 7 }, { timestamp: Date.UTC(2026, 0, 31, 12, 1, 2, 345) }];
    for (const branch of ['main', 'feature-x']) {
      for (const moment of moments) {
        const address = { project: 'shop', branch, moment };
        const text = formatAddress(
          moment === undefined ? { project: 'shop', branch } : { project: 'shop', branch, moment },
        );
        expect(parseAddress(text)).toEqual(address);
        expect(text).not.toMatch(/[.:/\\ ]/);
      }
    }
  });
});
