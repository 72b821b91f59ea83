import { builtProgram } from '@argon/tools-programs';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../testing/run';

const MAIN = new URL('./main.ts', import.meta.url);

it('tells its story without a terminal, and what it says to type next works', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [builtProgram(MAIN)], {
    cwd: import.meta.dirname,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(stderr).toBe('');
  for (const text of [
    /Imported 1\d\d,\d{3} documents into cities/,
    /main \(Head LSN: \d+, Base LSN: 0\)/,
    /branch of 1\d\d,\d{3} cities: [\d.]+ (µs|ms)/,
    /changed, [\d,]+ deleted, 5,000 added/,
    /experiment: 1\d\d,\d{3} cities, as main/,
    /all of it: [\d.]+ s/,
  ]) {
    expect(stdout).toMatch(text);
  }
  const next = [...stdout.matchAll(/^ {3}npx argon (.*)$/gm)].map((match) => match[1]!);
  expect(next.length).toBeGreaterThan(3);
  const space = await makeWorkspace();
  const folder = /--store (\S+)/.exec(stdout)![1]!;
  try {
    for (const line of next) {
      const argv = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
      const told = await space.ok(argv);
      expect(told.stdout).not.toBe('');
    }
  } finally {
    await space.remove();
    await rm(dirname(folder), { recursive: true });
  }
});
