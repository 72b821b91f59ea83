import { builtProgram } from '@argon/tools-programs';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MeasuredFigure } from './figures/figure';
import type { Report } from './report/report';

const MAIN = builtProgram(new URL('main.ts', import.meta.url));

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'argon-bench-test-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the program as `npm run bench` does, on sources. */
function bench(...words: string[]): Promise<{ code: number; out: string }> {
  const given = [MAIN, ...words];
  return new Promise((resolve) => {
    execFile(process.execPath, given, { maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), out: stdout + stderr });
    });
  });
}

describe('the bench', () => {
  it('measures, in this process and in others, and leaves nothing behind', async () => {
    const [json, html] = [join(folder, 'a.json'), join(folder, 'a.html')];
    const stores = join(folder, 'stores');
    await mkdir(stores);
    const chosen = ['--only', '^(first-query|open-store|read-the-past|merge|history)$', '--size', '200'];
    const { code, out } = await bench(
      '--quick',
      ...chosen,
      '--folder',
      stores,
      '--json',
      json,
      '--html',
      html,
    );
    expect(code, out).toBe(0);
    const report = JSON.parse(await readFile(json, 'utf8')) as Report;
    expect(new Set(report.figures.map(({ scenario }) => scenario)).size).toBe(5);
    expect(report.figures.filter(({ kind }) => kind === 'absent')).toEqual([]);
    for (const figure of report.figures as MeasuredFigure[]) {
      expect(figure.value).toBeGreaterThan(0);
      expect(figure.summary!.n).toBeGreaterThanOrEqual(3);
    }
    expect(await readFile(html, 'utf8')).toContain('</html>');
    expect(await readdir(stores)).toEqual([]);
  });

  it('measures both types of branches, and the ways between them', async () => {
    const json = join(folder, 'types.json');
    const names = ['branch-or-copy', 'ten-branches', 'by-type', 'migration', 'mirror-lag'];
    const chosen = ['--only', `^(${names.join('|')})$`, '--size', '1000', '--stores', 'lmdb'];
    const { code, out } = await bench('--quick', ...chosen, '--json', json);
    expect(code, out).toBe(0);
    const { figures } = JSON.parse(await readFile(json, 'utf8')) as Report;
    expect(new Set(figures.map(({ scenario }) => scenario))).toEqual(new Set(names));
    expect(figures.filter(({ kind }) => kind === 'absent')).toEqual([]);
    for (const { value } of figures as MeasuredFigure[]) expect(value).toBeGreaterThan(0);
  });

  it('compares reports, and ends with 1 when something is worse', async () => {
    const same = await bench('--compare', join(folder, 'a.json'), join(folder, 'a.json'));
    expect(same, same.out).toMatchObject({ code: 0 });
    const slower = JSON.parse(await readFile(join(folder, 'a.json'), 'utf8')) as Report;
    const slow = (value: number): number => value * 100;
    const figures = (slower.figures as MeasuredFigure[]).map((figure) => ({
      ...figure,
      value: slow(figure.value),
      samples: figure.samples!.map(slow),
      interval: figure.interval?.map(slow),
    }));
    await writeFile(join(folder, 'b.json'), JSON.stringify({ ...slower, figures }));
    const worse = await bench('--compare', join(folder, 'a.json'), join(folder, 'b.json'));
    expect(worse.code, worse.out).toBe(1);
    expect(worse.out).toContain('worse');
    expect((await bench('--compare', join(folder, 'none.json'), join(folder, 'b.json'))).code).toBe(2);
  });

  it('ends with 2, and without a stack, when it cannot do what it was told to', async () => {
    const [broken, empty] = [join(folder, 'broken.json'), join(folder, 'empty.json')];
    const machine = { cpu: 'abacus', cores: 1, memory: 1, system: 'linux', node: 'v20' };
    const report = {
      format: 1,
      machine,
      startedAt: '',
      finishedAt: '',
      load: { start: 0, end: 0 },
      quick: true,
    };
    await writeFile(broken, JSON.stringify({ ...report, figures: [{ a: 1 }] }));
    await writeFile(empty, JSON.stringify({ ...report, figures: [] }));
    const nowhere = join(folder, 'nowhere', 'x');
    const measuring = ['--quick', '--only', '^time-to-lsn$', '--size', '200', '--stores', 'lmdb'];
    for (const [words, told] of [
      [['--compare', broken, empty], /broken\.json is no report that can be compared: figures\[0\]/],
      [['--compare', empty, empty], /have no figure in common/],
      [[...measuring, '--json', nowhere], /--json .*: there is no folder/],
      [[...measuring, '--html', folder], /--html .*: that is a folder/],
      [[...measuring, '--folder', nowhere], /--folder .*: there is no folder/],
      [[...measuring, '--folder', empty], /--folder .* is no folder/],
      [['--compare', empty], /needs two reports/],
      [['--size', 'many'], /Sizes are/],
    ] as const) {
      const { code, out } = await bench(...words);
      expect(code, out).toBe(2);
      expect(out).toMatch(told);
      expect(out).not.toMatch(/\n {4}at |\[1\/1\]/);
    }
  });
});
