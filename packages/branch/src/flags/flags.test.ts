import { describe, expect, it } from 'vitest';
import { DEFAULT_FLAGS, mayMigrate, rolloutShare, typeOfNew, type Flags } from './flags';
import { flagsOfEnvironment, readFlags } from './read-flags';

const MARCH = Date.UTC(2026, 2, 1);
const flags = (given: Partial<Flags>): Flags => ({ ...DEFAULT_FLAGS, ...given });
const on = (given: Partial<Flags> = {}) => flags({ wal: true, walBranches: true, ...given });

describe('a new branch', () => {
  it('is made in the log when both flags are on', () => {
    expect(typeOfNew(DEFAULT_FLAGS, 'x', MARCH)).toBe('traditional');
    expect(typeOfNew(flags({ wal: true }), 'x', MARCH)).toBe('traditional');
    expect(typeOfNew(flags({ walBranches: true }), 'x', MARCH)).toBe('traditional');
    expect(typeOfNew(on(), 'x', MARCH)).toBe('wal');
  });

  it('counts as new from the cut-off on', () => {
    expect(typeOfNew(on({ cutOff: MARCH }), 'x', MARCH - 1)).toBe('traditional');
    expect(typeOfNew(on({ cutOff: MARCH }), 'x', MARCH)).toBe('wal');
  });

  it('is in a rollout by its name: as many as were asked for, and none leaves when there are to be more', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `feature-${i}`);
    const chosen = (percentage: number) =>
      new Set(names.filter((name) => typeOfNew(on({ percentage }), name, MARCH) === 'wal'));
    expect(chosen(0).size).toBe(0);
    expect(chosen(100).size).toBe(10_000);
    const few = chosen(10);
    expect(few.size).toBeGreaterThan(900);
    expect(few.size).toBeLessThan(1100);
    const more = chosen(25);
    expect([...few].every((name) => more.has(name))).toBe(true);
    // For good: another release must not choose otherwise. The SHA-256 of "main" begins with 0d6e4079.
    expect(rolloutShare('main')).toBe((0x0d6e4079 / 2 ** 32) * 100);
  });
});

describe('a branch that exists', () => {
  it('may be migrated unless only new ones may, or it is new itself', () => {
    expect(mayMigrate(flags({ newBranchesOnly: false }), MARCH)).toBe(false);
    expect(mayMigrate(flags({ wal: true, newBranchesOnly: false }), null)).toBe(true);
    expect(mayMigrate(flags({ wal: true }), MARCH)).toBe(false);
    expect(mayMigrate(flags({ wal: true, cutOff: MARCH }), MARCH)).toBe(true);
    expect(mayMigrate(flags({ wal: true, cutOff: MARCH }), MARCH - 1)).toBe(false);
    expect(mayMigrate(flags({ wal: true, cutOff: MARCH }), null)).toBe(false);
  });
});

describe('flags as they are written', () => {
  it('have their defaults where nothing is', () => {
    expect(readFlags({})).toEqual(DEFAULT_FLAGS);
    expect(flagsOfEnvironment({ ENABLE_WAL: '', PATH: '/bin' })).toEqual(DEFAULT_FLAGS);
  });

  it('are read from the environment', () => {
    const env = {
      ENABLE_WAL: 'TRUE',
      ENABLE_WAL_BRANCHES: '1',
      WAL_NEW_BRANCHES_ONLY: 'off',
      WAL_CUTOFF_DATE: '2026-03-01',
      WAL_ROLLOUT_PERCENTAGE: '10%',
      WAL_SHADOW_READS: '2.5',
    };
    expect(flagsOfEnvironment(env)).toEqual({
      wal: true,
      walBranches: true,
      newBranchesOnly: false,
      cutOff: MARCH,
      percentage: 10,
      shadowReads: 2.5,
    });
  });

  it.each([
    ['ENABLE_WAL', 'maybe'],
    ['WAL_CUTOFF_DATE', 'soon'],
    ['WAL_CUTOFF_DATE', '2026-13-01'],
    ['WAL_ROLLOUT_PERCENTAGE', '101'],
    ['WAL_SHADOW_READS', '101'],
    ['WAL_ROLLOUT_PERCENTAGE', '-1'],
    ['WAL_ROLLOUT_PERCENTAGE', ' '],
  ])('%s=%s is an error that names it', (variable, value) => {
    expect(() => flagsOfEnvironment({ [variable]: value })).toThrow(variable);
  });
});
