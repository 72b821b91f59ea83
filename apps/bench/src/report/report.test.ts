import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BenchUsageError } from '../cli/usage-error';
import { randomSource } from '../documents/random';
import { keyOf, verdictOf, type AbsentFigure, type Figure, type MeasuredFigure } from '../figures/figure';
import { shown } from '../figures/numbers';
import { interval } from '../stats/bootstrap';
import { summarize } from '../stats/summary';
import { compare, hasRegressed, haveCommon } from './compare';
import { renderComparison } from './compare-table';
import { renderPage } from './html/page';
import { readReport } from './read-report';
import { FORMAT, writeReport, type Report } from './report';
import { renderFigures, renderTally } from './table';

type Partially = Partial<Omit<MeasuredFigure, 'samples'>>;

function around(middle: number, seed: number, n = 200): number[] {
  const random = randomSource(seed);
  return Array.from({ length: n }, () => middle * (0.9 + 0.2 * random.share()));
}

function measured(name: string, samples: readonly number[], rest: Partially = {}): MeasuredFigure {
  const parts = { scenario: 'reset', store: 'lmdb', size: 1_000, name, subject: 'Argon', ...rest } as const;
  const summary = summarize(samples);
  return {
    kind: 'measured',
    unit: 'ms',
    statistic: 'p50',
    value: summary.p50,
    summary,
    interval: interval(samples, 'p50'),
    samples,
    ...parts,
    key: keyOf(parts),
  };
}

function once(name: string, value: number, rest: Partially = {}): MeasuredFigure {
  const { summary: _, interval: __, samples: ___, ...bare } = measured(name, [value], rest);
  return { ...bare, unit: 'bytes', statistic: 'value', value };
}

function absent(name: string, why: AbsentFigure['why'], note: string): AbsentFigure {
  const parts = { scenario: 'reset', store: 'lmdb', size: 1_000, name, subject: 'Argon' } as const;
  return { kind: 'absent', why, note, ...parts, key: keyOf(parts) };
}

function report(...figures: Figure[]): Report {
  return {
    format: FORMAT,
    machine: { cpu: 'abacus <2>', cores: 2, memory: 2 ** 34, system: 'linux', node: 'v20', mongod: '6.0.5' },
    startedAt: '2026-01-31T12:00:00.000Z',
    finishedAt: '2026-01-31T12:06:00.000Z',
    load: { start: 0.1, end: 1.9 },
    quick: false,
    figures,
  };
}

function changes(before: Figure[], after: Figure[], tolerance = 0.15) {
  return compare(report(...before), report(...after), { tolerance }).map(({ change }) => change);
}

describe('comparing', () => {
  it('says nothing of the same distribution measured twice', () => {
    expect(changes([measured('a', around(10, 1))], [measured('a', around(10, 2))])).toEqual(['same']);
  });

  it('finds what got slower or faster', () => {
    const before = [measured('a', around(10, 1))];
    expect(changes(before, [measured('a', around(13, 2))])).toEqual(['worse']);
    expect(changes(before, [measured('a', around(7, 2))])).toEqual(['better']);
  });

  it('turns round where more is better', () => {
    const rate = { unit: '1/s' } as const;
    const before = [measured('a', around(10, 1), rate)];
    expect(changes(before, [measured('a', around(7, 2), rate)])).toEqual(['worse']);
    expect(changes(before, [measured('a', around(13, 2), rate)])).toEqual(['better']);
  });

  it('takes changes below the tolerance for nothing, however sure they are', () => {
    expect(changes([measured('a', around(10, 1))], [measured('a', around(11, 2))])).toEqual(['same']);
    expect(changes([measured('a', around(10, 1))], [measured('a', around(11, 2))], 0.05)).toEqual(['worse']);
  });

  it('takes a change for nothing that the machine drifted by within a run', () => {
    const drifting = around(10, 1).map((value, i) => value * (1 + (i % 100 < 50 ? 0 : 0.8)));
    const slower = drifting.map((value) => value * 1.2);
    const drifted = [...drifting].map((value, i) => value * (1 + i / 200));
    expect(changes([measured('a', drifted)], [measured('a', slower)])).toEqual(['same']);
  });

  it('takes a change for nothing that few samples show by chance', () => {
    const few = [10, 14, 9, 15, 11];
    const others = [13, 16, 10, 12, 15];
    expect(changes([measured('a', few)], [measured('a', others)])).toEqual(['same']);
  });

  it('goes by the tolerance for what is measured once', () => {
    expect(changes([once('a', 100)], [once('a', 110)])).toEqual(['same']);
    expect(changes([once('a', 100)], [once('a', 120)])).toEqual(['worse']);
    expect(changes([once('a', 0)], [once('a', 1)])).toEqual(['worse']);
  });

  it('tells what is new, what cannot be measured any more, and what was not measured', () => {
    const figure = measured('a', around(10, 1));
    expect(changes([], [figure])).toEqual(['new']);
    expect(changes([absent('a', 'not there yet', '')], [figure])).toEqual(['new']);
    expect(changes([figure], [absent('a', 'no peer', '')])).toEqual(['lost']);
    expect(changes([figure], [absent('Reset, by its title', 'failed', 'boom')])).toEqual(['lost']);
    expect(changes([figure], [])).toEqual(['not measured']);
    expect(changes([absent('a', 'no peer', '')], [])).toEqual([]);
    expect(changes([figure, measured('b', [1])], [absent('Reset, by its title', 'failed', 'boom')])).toEqual([
      'lost',
      'lost',
    ]);
  });

  it('tells what only the older report has, which is no regression', () => {
    const before = report(
      measured('a', around(10, 1)),
      measured('b', around(10, 2)),
      measured('c', [1], { scenario: 'crud', size: 10_000 }),
      measured('d', [1], { scenario: 'crud', size: 10_000 }),
    );
    const some = compare(before, report(measured('a', around(10, 3))), { tolerance: 0.15 });
    expect(some.map(({ figure, change }) => `${figure.name}: ${change}`)).toEqual([
      'a: same',
      'b: not measured',
      'c: not measured',
      'd: not measured',
    ]);
    expect([hasRegressed(some), haveCommon(some)]).toEqual([false, true]);
    expect(stripVTControlCharacters(renderComparison(some))).toMatch(
      /Not measured: reset on lmdb at 1,000 \(1 figure\)\nNot measured: crud on lmdb at 10,000 \(2 figures\)\n1 same, 3 not measured$/,
    );
  });

  it('knows when there is nothing to compare', () => {
    const one = report(measured('a', around(10, 1)));
    const other = report(measured('b', around(10, 1)));
    const none = report();
    for (const [before, after] of [
      [one, none],
      [none, one],
      [one, other],
      [none, none],
    ] as const) {
      const found = compare(before, after, { tolerance: 0.15 });
      expect([haveCommon(found), hasRegressed(found)]).toEqual([false, false]);
    }
    const failed = compare(one, report(absent('Reset', 'failed', 'boom')), { tolerance: 0.15 });
    expect([haveCommon(failed), hasRegressed(failed)]).toEqual([true, true]);
  });

  it('has regressed when something is worse or lost', () => {
    const before = report(measured('a', around(10, 1)), measured('b', around(10, 2)));
    const worse = compare(before, report(measured('a', around(20, 3))), { tolerance: 0.1 });
    expect(hasRegressed(worse)).toBe(true);
    expect(renderComparison(worse)).toMatch(/1 worse/);
    expect(hasRegressed(compare(before, before, { tolerance: 0 }))).toBe(false);
  });
});

describe('verdicts', () => {
  it('judge by the target', () => {
    expect(verdictOf(measured('a', [5], { target: { most: 5 } }))).toBe('met');
    expect(verdictOf(measured('a', [5.1], { target: { most: 5 } }))).toBe('missed');
    expect(verdictOf(measured('a', [5], { target: { least: 6 } }))).toBe('missed');
    expect(verdictOf(measured('a', [5]))).toBe('no target');
    expect(verdictOf(absent('a', 'not there yet', ''))).toBe('not there yet');
  });
});

describe('numbers', () => {
  it.each([
    [0.0123, 'ms', '12.3 µs'],
    [1.5, 'ms', '1.5 ms'],
    [12_345, 'ms', '12.3 s'],
    [449, 'bytes', '449 B'],
    [400 * 1024 * 1024, 'bytes', '400 MiB'],
    [0.9512, 'share', '95.1 %'],
    [51_234.5, '1/s', '51,235/s'],
    [3_000, 'ratio', '3,000 ×'],
    [0, 'ms', '0 µs'],
  ] as const)('%d %s is %s', (value, unit, text) => {
    expect(shown(value, unit)).toBe(text);
  });
});

describe('what people see', () => {
  const figures = [
    measured('undo', around(2, 1), { target: { most: 5 } }),
    measured('undo', around(9, 2), { subject: 'git' }),
    measured('undo', around(20, 3), { size: 1_000_000, target: { most: 5, size: 100_000 } }),
    once('bytes', 300, { target: { most: 200 } }),
    absent('diff', 'not there yet', 'no <diff>'),
  ];

  it('is a table with every figure and every verdict', () => {
    const text = renderFigures(figures);
    for (const part of [
      'undo',
      'git',
      '1,000,000',
      '300 B',
      '≤ 200 B',
      'met',
      'missed',
      'not there yet: no <diff>',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('claimed at 100,000');
    expect(renderTally(figures)).toMatch(/1 met.*2 missed.*1 not there yet.*1 no target/);
  });

  it('is a page that asks for nothing from outside and escapes what it shows', () => {
    const page = renderPage(report(...figures), [
      { name: 'reset', title: 'Reset & more', about: 'How <fast>?' },
    ]);
    expect(page).toContain('Reset &amp; more');
    expect(page).toContain('How &lt;fast&gt;?');
    expect(page).toContain('abacus &lt;2&gt;');
    expect(page.match(/<svg/g)).toHaveLength(2);
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|src=/i);
    // Names of XML namespaces are the only addresses.
    const addresses = [...page.matchAll(/https?:\/\/[^"'\s<]+/g)].map(([address]) => address);
    expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
  });
});

describe('report files', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'argon-bench-test-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('are read as they were written', async () => {
    const file = join(folder, 'a.json');
    const written = report(measured('a', around(1, 1, 20)), absent('b', 'no peer', 'none'));
    await writeReport(file, written);
    expect(await readReport(file)).toEqual(written);
  });

  it('are refused when they are something else', async () => {
    const file = join(folder, 'b.json');
    await writeFile(file, 'x');
    await expect(readReport(file)).rejects.toThrow(/is not JSON/);
    await writeFile(file, 'null');
    await expect(readReport(file)).rejects.toThrow(/no report that can be compared/);
    await writeFile(file, '{"format": 0, "figures": []}');
    await expect(readReport(file)).rejects.toThrow(/format is 0/);
    for (const missing of [join(folder, 'none.json'), folder]) {
      await expect(readReport(missing)).rejects.toThrow(/ cannot be read: E/);
      await expect(readReport(missing)).rejects.toBeInstanceOf(BenchUsageError);
    }
  });

  const figure = measured('a', around(1, 1, 20));
  it.each([
    ['no figure', { figures: [{ a: 1 }] }, /figures\[0\]\.kind: /],
    [
      'a value that is text',
      { figures: [figure, { ...figure, value: 'x' }] },
      /figures\[1\]\.value: .*number/,
    ],
    ['samples that are text', { figures: [{ ...figure, samples: 'x' }] }, /figures\[0\]\.samples: .*array/],
    ['no interval', { figures: [{ ...figure, interval: [1] }] }, /figures\[0\]\.interval/],
    ['no machine', { machine: undefined }, /: machine: /],
    ['nothing', { machine: {}, load: 1, quick: 1, figures: {} }, /machine\.cpu: .*; and \d more\.$/],
  ])('are refused where they have %s', async (_, rest, problem) => {
    const file = join(folder, 'c.json');
    await writeFile(file, JSON.stringify({ ...report(figure), ...rest }));
    await expect(readReport(file)).rejects.toThrow(problem);
    await expect(readReport(file)).rejects.toBeInstanceOf(BenchUsageError);
  });

  it('may have more than this version knows', async () => {
    const file = join(folder, 'd.json');
    const more = { ...report({ ...figure, more: 1 } as Figure), later: true };
    await writeFile(file, JSON.stringify(more));
    expect(await readReport(file)).toEqual(more);
  });
});
