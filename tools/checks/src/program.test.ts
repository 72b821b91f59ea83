import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { runProgram, stopPrograms } from './program.mjs';

it('tells success from failure and keeps the output', async () => {
  expect(await runProgram('node', ['-p', '6*7'])).toMatchObject({ ok: true, output: '42' });
  expect(await runProgram('node', ['-e', 'console.error("no"); process.exit(3)'])).toMatchObject({
    ok: false,
    output: 'no',
  });
  expect(await runProgram('no-such-program-here', [])).toMatchObject({ ok: false });
});

it('stops a program together with what it has started', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'argon-program-'));
  try {
    const pidFile = join(folder, 'pid');
    const child = `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1e6)`;
    const parent = `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(child)}])`;
    const outcome = runProgram('node', ['-e', parent]);
    const pid = await vi.waitFor(async () => {
      const text = await readFile(pidFile, 'utf8');
      expect(text).not.toBe('');
      return Number(text);
    }, 10_000);
    stopPrograms();
    expect(await outcome).toMatchObject({ ok: false });
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), 10_000);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
