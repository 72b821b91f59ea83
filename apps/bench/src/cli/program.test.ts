import { describe, expect, it } from 'vitest';
import { choose } from '../run/choose';
import { SCENARIOS } from '../scenarios/index';
import { parsePattern, parseSizes, parseStores, parseTolerance } from './options';
import { buildProgram, type Actions, type BenchOptions } from './program';

interface Typed {
  readonly action: string;
  readonly options: BenchOptions;
  readonly reports?: readonly string[];
}

async function typed(...words: string[]): Promise<Typed | undefined> {
  let seen: Typed | undefined;
  const actions: Actions = {
    list: (options) => void (seen = { action: 'list', options }),
    run: async (options) => void (seen = { action: 'run', options }),
    compare: async (before, after, options) =>
      void (seen = { action: 'compare', options, reports: [before, after] }),
  };
  const program = buildProgram(actions)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} });
  await program.parseAsync(['node', 'bench', ...words]);
  return seen;
}

describe('the command line', () => {
  it('runs with what was asked for', async () => {
    expect(await typed()).toMatchObject({ action: 'run', options: { tolerance: 0.15 } });
    expect(
      await typed('--size', '1e3,1e5', '--only', 'reset|diff', '--stores', 'lmdb,mongodb', '--quick'),
    ).toMatchObject({
      action: 'run',
      options: { size: [1_000, 100_000], only: 'reset|diff', stores: ['lmdb', 'mongodb'], quick: true },
    });
    expect(await typed('--list')).toMatchObject({ action: 'list' });
  });

  it('compares two reports', async () => {
    expect(await typed('--compare', 'old.json', 'new.json', '--tolerance', '30')).toMatchObject({
      action: 'compare',
      reports: ['old.json', 'new.json'],
      options: { tolerance: 0.3 },
    });
    await expect(typed('--compare', 'old.json')).rejects.toThrow(/needs two reports/);
    await expect(typed('new.json')).rejects.toThrow(/is no option/);
  });

  it('says the tolerance as it is typed', () => {
    const program = buildProgram({ list: () => {}, run: async () => {}, compare: async () => {} });
    expect(program.helpInformation()).toMatch(/--tolerance <percent>[^]*\(default: 15\)/);
  });

  it('refuses what makes no sense', () => {
    for (const size of ['', 'many', '10', '1e9', '1.5e0', '1000,'])
      expect(() => parseSizes(size)).toThrow(/Sizes are/);
    expect(() => parseStores('lmdb,redis')).toThrow(/Stores are lmdb and mongodb/);
    expect(() => parsePattern('(')).toThrow(/no regular expression/);
    expect(() => parseTolerance('-1')).toThrow(/percent/);
    expect(() => parseTolerance('')).toThrow(/percent/);
  });
});

describe('choosing', () => {
  it('takes all scenarios, each at its own sizes', () => {
    const chosen = choose(SCENARIOS, {});
    expect(new Set(chosen.map(({ scenario }) => scenario))).toEqual(new Set(SCENARIOS));
    expect(chosen.every(({ size }) => size > 0)).toBe(true);
  });

  it('goes by name, store and size, and never beyond what a scenario takes', () => {
    const names = (choice: Parameters<typeof choose>[1]): string[] =>
      choose(SCENARIOS, choice).map(({ scenario, store, size }) => `${scenario.name} ${store} ${size}`);
    expect(names({ only: '^crud', stores: ['mongodb'], sizes: [1_000] })).toEqual(['crud mongodb 1000']);
    expect(names({ only: 'log-growth', sizes: [1_000, 100_000, 1_000_000] })).toEqual([
      'log-growth lmdb 1000',
      'log-growth lmdb 20000',
    ]);
  });

  it('has names of their own for all scenarios', () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  });
});
