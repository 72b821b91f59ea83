import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli';
import type { Terminal } from '../cli/terminal';
import { makeWorkspace, type Workspace } from '../testing/run';
import { Screen, terminalWith } from '../testing/screen';

let space: Workspace;

const run = (command: object, ...argv: string[]) => space.ok(['run', JSON.stringify(command), ...argv]);
const set = (branch: string, id: number, fields: object) =>
  run({ update: 'c', updates: [{ q: { _id: id }, u: { $set: fields } }] }, '--branch', branch);
const found = async () =>
  (await space.ok(['find', 'c', '--json'])).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);

/** Types answers, each when a question has come. */
async function typed(
  argv: readonly string[],
  answers: readonly string[],
  over: Partial<Terminal> = {},
): Promise<{ code: number; shown: string }> {
  const screen = new Screen();
  const terminal = terminalWith(screen, { cwd: space.folder, env: { NO_COLOR: '1', TERM: 'dumb' }, ...over });
  const done = runCli(argv, terminal);
  let from = 0;
  for (const answer of answers) {
    await expect
      .poll(() => /q = quit.*: $|\[y\/N\] $/.test(stripVTControlCharacters(screen.shown.slice(from))), {
        timeout: 5000,
      })
      .toBe(true);
    from = screen.shown.length;
    (terminal.stdin as unknown as PassThrough).write(answer);
  }
  return { code: await done, shown: stripVTControlCharacters(screen.shown).replaceAll('\r', '') };
}

beforeEach(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'shop']);
  await run({ insert: 'c', documents: [1, 2, 3, 4].map((id) => ({ _id: id, n: id })) });
  await space.ok(['branch', 'create', 'feature']);
  for (const id of [1, 2, 3]) {
    await set('feature', id, { n: id * 10 });
    await set('main', id, { n: id * 10 + 1 });
  }
  await run({ delete: 'c', deletes: [{ q: { _id: 4 }, limit: 1 }] });
  await set('feature', 4, { n: 40 });
});
afterEach(() => space.remove());

describe('argon merge --interactive', () => {
  it('shows each conflict, takes a side or a document, and does what was answered', async () => {
    const answers = ['o\n', 'what\n', 't\n', '{"_id": 9}\n', '{"_id": 3, "n": 33}\n', 'theirs\n', 'y\n'];
    const { code, shown } = await typed(['merge', 'feature', '-i'], answers);
    expect(code).toBe(0);
    expect(shown).toContain(
      'Conflict 1: collection c, {"_id":1}\n  n\n    base    1\n    ours    11\n    theirs  10\n' +
        'o = ours, t = theirs, s = skip, O/T/S = that for all that are left, q = quit, {…} = this document: ',
    );
    expect(shown).toContain('That cannot be taken: its _id is another.');
    expect(shown).toContain(
      'Conflict 4: collection c, {"_id":4}\n    base    {"_id":4,"n":4}\n    ours    deleted\n    theirs  {"_id":4,"n":40}\n',
    );
    expect(shown).toContain('4 conflicts, all decided');
    expect(await found()).toEqual([
      { _id: 1, n: 11 },
      { _id: 2, n: 20 },
      { _id: 3, n: 33 },
      { _id: 4, n: 40 },
    ]);
  });

  it('asks only about what the options leave open, and takes an answer for all that are left', async () => {
    const { code, shown } = await typed(
      ['merge', 'feature', '-i', '--yes', '--document', 'c:1=theirs'],
      ['o\n', 'T\n'],
    );
    expect([code, shown.match(/Conflict \d/g)]).toEqual([0, ['Conflict 1', 'Conflict 2']]);
    expect((await found()).map((document) => (document as { n: number }).n)).toEqual([10, 21, 30, 40]);
  });

  it('writes nothing with conflicts that were skipped, after quit, after Ctrl-C and at the end of the input', async () => {
    const before = await found();
    const skipped = await typed(['merge', 'feature', '-i', '--yes'], ['o\n', 'S\n']);
    expect([skipped.code, skipped.shown]).toEqual([4, expect.stringContaining('4 conflicts, 3 not decided')]);
    expect((await typed(['merge', 'feature', '-i', '--yes'], ['o\n', 'q\n'])).code).toBe(130);
    expect((await typed(['merge', 'feature', '-i'], ['T\n', 'n\n'])).code).toBe(1);
    const stop = new AbortController();
    const stopped = typed(['merge', 'feature', '-i'], ['o\n', 'o'], { signal: stop.signal });
    setTimeout(() => stop.abort(), 1500);
    expect((await stopped).code).toBe(130);
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const ended = typed(['merge', 'feature', '-i'], ['o\n'], { stdin });
    setTimeout(() => stdin.end(), 1000);
    expect((await ended).code).toBe(130);
    expect(await found()).toEqual(before);
  });

  it('puts the answers into a plan', async () => {
    const argv = ['merge', 'feature', '-i', '--plan', '--out', 'm.plan'];
    expect((await typed(argv, ['t\n', 's\n', 'o\n', 't\n'])).code).toBe(0);
    const report = (await space.ok(['merge', '--apply', 'm.plan', '--plan', '--json'])).json();
    expect(report).toMatchObject({ merge: { conflicts: 4, open: 1 } });
    await space.ok(['merge', '--apply', 'm.plan', '--strategy', 'ours', '--yes']);
    expect((await found()).map((document) => (document as { n: number }).n)).toEqual([10, 21, 31, 40]);
  });

  it('opens an editor on a document', async () => {
    const script = space.path('editor.sh');
    await writeFile(script, 'sed -i s/31/77/ "$1"\n');
    const env = { NO_COLOR: '1', TERM: 'dumb', EDITOR: `sh ${script}`, PATH: process.env['PATH'] };
    const { code } = await typed(['merge', 'feature', '-i', '--yes'], ['o\n', 'o\n', 'e\n', 'o\n'], { env });
    expect(code).toBe(0);
    expect((await found())[2]).toEqual({ _id: 3, n: 77 });
  });

  it('is refused where nobody can answer', async () => {
    for (const argv of [
      ['merge', 'feature', '-i'],
      ['merge', 'feature', '-i', '--json'],
    ]) {
      const { code, stderr } = await space.run(argv);
      expect([code, stderr]).toEqual([2, expect.stringContaining('there is no terminal to ask on')]);
    }
  });
});

it('rebase and cherry-pick ask as well', async () => {
  const lsn = (
    (await space.ok(['branch', 'info', 'feature', '--json'])).json() as { branch: { headLsn: number } }
  ).branch.headLsn;
  expect((await typed(['cherry-pick', 'feature', String(lsn), '-i', '--yes'], ['t\n'])).code).toBe(0);
  expect((await found())[3]).toEqual({ _id: 4, n: 40 });
  expect((await typed(['rebase', 'feature', '-i', '--yes'], ['O\n'])).code).toBe(0);
  const { stdout } = await space.ok(['find', 'c', '--json', '--branch', 'feature', '--limit', '1']);
  expect(stdout).toBe('{"_id":1,"n":10}\n');
});
