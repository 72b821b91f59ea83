import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, startProcess, type Workspace } from './testing/run';

let space: Workspace;
beforeEach(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'shop']);
});
afterEach(() => space.remove());

const store = () => ['--store', space.path('.argon')];

/** Documents without end, as fast as they are read. */
function* endless(): Generator<string> {
  for (let i = 0; ; i += 100) {
    yield Array.from({ length: 100 }, (_, j) => `{"_id": ${i + j}, "pad": "${'x'.repeat(300)}"}\n`).join('');
  }
}

describe('as a process', () => {
  it('reads standard input, writes standard output, ends with a code', async () => {
    const stdin = '{"_id": 1, "10": 1, "2": 2}\n{"_id": 2}';
    const imported = await startProcess(['import', '-', '-c', 'c', '--json', ...store()], { stdin }).done;
    expect(imported.stderr).toBe('');
    expect(imported.json().collections).toMatchObject([{ collection: 'c', inserted: 2 }]);
    expect(imported.code).toBe(0);
    const missed = await startProcess(['find', 'd', ...store()]).done;
    expect(missed.stderr).toContain("no collection 'd'");
    expect(missed.code).toBe(3);
    expect((await space.ok(['find', 'c', '--json'])).stdout).toBe('{"_id":1,"10":1,"2":2}\n{"_id":2}\n');
  });

  it('does not mind a reader that leaves', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) => `{"_id": ${i}, "pad": "${'x'.repeat(200)}"}\n`);
    await space.ok(['import', '-', '-c', 'c'], { stdin: lines.join('') });
    for (const argv of [
      ['find', 'c', '--json'],
      ['export', 'c', '--gzip'],
    ]) {
      const { child, done } = startProcess([...argv, ...store()]);
      await once(child.stdout, 'data');
      child.stdout.destroy();
      const told = await done;
      expect(told.stderr).toBe('');
      expect(told.code).toBe(0);
    }
  });

  it('is stopped cleanly by Ctrl-C: an import leaves nothing behind', async () => {
    const { child, done } = startProcess(['import', '-', '-c', 'c', ...store()], { keepStdin: true });
    child.stdin.on('error', () => {});
    // Enough for some commits, then a pause, as from somebody who types.
    let written = 0;
    for (const text of endless()) {
      child.stdin.write(text);
      if (++written === 60) break;
    }
    await expect
      .poll(async () => (await space.ok(['status', '--json'])).json().currentLsn as number, {
        timeout: 30_000,
      })
      .toBeGreaterThan(2000);
    child.kill('SIGINT');
    for (const text of endless()) {
      child.stdin.write(text);
      if (++written === 120) break;
    }
    const told = await done;
    expect(told.stderr).toContain('The import was stopped');
    expect(told.stderr).toContain("'main' of 'shop' is as it was before");
    expect(told.code).toBe(130);
    expect((await space.ok(['branch', 'info', '--json'])).json().collections).toEqual([]);
  });

  it('is stopped cleanly by Ctrl-C: an export leaves no file', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `{"_id": ${i}, "pad": "${'x'.repeat(200)}"}\n`);
    await writeFile(space.path('c.ndjson'), lines.join(''));
    await space.ok(['import', 'c.ndjson']);
    const { child, done } = startProcess(['export', 'c', '--out', space.path('out.json'), ...store()]);
    await expect
      .poll(() => existsSync(space.path(`out.json.${child.pid}.partial`)), { timeout: 30_000, interval: 2 })
      .toBe(true);
    child.kill('SIGINT');
    const told = await done;
    expect(told.stderr).toContain('no file was written');
    expect(told.code).toBe(130);
    expect(existsSync(space.path('out.json'))).toBe(false);
    expect(existsSync(space.path(`out.json.${child.pid}.partial`))).toBe(false);
  });
});
