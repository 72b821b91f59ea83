import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli';
import { makeWorkspace, type Workspace } from '../testing/run';
import { Screen, terminalWith } from '../testing/screen';
import { byteSize, count, counted, duration, moment } from './numbers';
import { startProgress } from './progress';

describe('progress', () => {
  it('is a bar where the end is known', async () => {
    const screen = new Screen();
    const progress = await startProgress(terminalWith(screen), {
      title: 'cities',
      total: 100,
      unit: 'bytes',
    });
    progress.update({ documents: 1234, bytes: 50 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    progress.stop();
    expect(screen.shown).toMatch(/cities .*50% · 1,234 documents · [\d,]+\/s/);
  });

  it('is a spinner where it is not', async () => {
    const screen = new Screen();
    const progress = await startProgress(terminalWith(screen), {
      title: 'cities',
      total: undefined,
      unit: 'bytes',
    });
    progress.update({ documents: 1234 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    progress.stop();
    expect(screen.shown).toContain('cities');
  });

  it('is silent elsewhere', async () => {
    const screen = new Screen();
    // A pseudo-terminal that nobody gave a size.
    const narrow = Object.assign(new Screen(), { columns: 0 });
    const options = { title: 'x', total: 1, unit: 'documents' } as const;
    for (const terminal of [
      terminalWith(screen, { env: { TERM: 'dumb' } }),
      terminalWith(narrow),
      terminalWith(Object.assign(screen, { isTTY: false })),
    ]) {
      const progress = await startProgress(terminal, options);
      progress.update({ documents: 1 });
      progress.stop();
    }
    expect([screen.shown, narrow.shown]).toEqual(['', '']);
  });
});

describe('asking', () => {
  let space: Workspace;
  beforeEach(async () => {
    space = await makeWorkspace();
    await space.ok(['init']);
    await space.ok(['project', 'create', 'shop']);
  });
  afterEach(() => space.remove());

  async function answer(text: string): Promise<{ code: number; shown: string }> {
    const screen = new Screen();
    const terminal = terminalWith(screen, { cwd: space.folder });
    const done = runCli(['project', 'delete', 'shop'], terminal);
    await expect.poll(() => screen.shown).toContain("Really delete project 'shop' with 1 branch? [y/N]");
    (terminal.stdin as unknown as PassThrough).write(text);
    return { code: await done, shown: screen.shown };
  }

  it('a yes is a yes', async () => {
    expect((await answer('y\n')).code).toBe(0);
    expect((await space.ok(['project', 'list', '--json'])).json().projects).toEqual([]);
  });

  it.each(['n\n', '\n', 'what?\n'])('%j is a no', async (text) => {
    const { code, shown } = await answer(text);
    expect(code).toBe(1);
    expect(shown).toContain('Nothing was changed');
    expect((await space.ok(['project', 'list', '--json'])).json().projects).toHaveLength(1);
  });

  it.each([
    ['nobody', 0],
    ['somebody', 4],
  ])('what was agreed to is what is restored, when %s wrote while it was asked', async (who, code) => {
    await space.ok(['run', '{"insert": "c", "documents": [{"_id": 1}]}']);
    const screen = new Screen();
    const terminal = terminalWith(screen, { cwd: space.folder });
    const done = runCli(['restore', '--to-lsn', '2'], terminal);
    await expect.poll(() => screen.shown).toContain("Really restore branch 'main' to LSN 2? [y/N]");
    expect(screen.shown).toContain('- {"_id":1}');
    if (who === 'somebody') await space.ok(['run', '{"insert": "c", "documents": [{"_id": 2}]}']);
    (terminal.stdin as unknown as PassThrough).write('y\n');
    expect(await done).toBe(code);
    if (code === 0) expect((await space.run(['find', 'c'])).code).toBe(3);
    else expect((await space.ok(['find', 'c', '--json'])).stdout).toBe('{"_id":1}\n{"_id":2}\n');
  });
});

it('writes numbers for people', () => {
  expect([count(148266), counted(1, 'branch', 'branches'), counted(2, 'city', 'cities')]).toEqual([
    '148,266',
    '1 branch',
    '2 cities',
  ]);
  expect([512, 17_900_000, 2 ** 41].map(byteSize)).toEqual(['512 B', '17.1 MiB', '2.0 TiB']);
  expect([0.25, 3.456, 123.4, 4560].map(duration)).toEqual(['250 µs', '3.46 ms', '123.4 ms', '4.56 s']);
  expect(moment(Date.UTC(2026, 0, 31, 12))).toBe('2026-01-31 12:00:00 UTC');
});
