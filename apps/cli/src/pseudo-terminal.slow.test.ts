import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CTRL_C, CTRL_D, hasPseudoTerminals, openTerminal } from './testing/pseudo-terminal';
import { makeWorkspace, startProcess, type Workspace } from './testing/run';

const ESCAPE = '\u001b';
const MANY = 60_000;

/** Whether anything is coloured: moving the cursor is none. */
const isColoured = (raw: string) => new RegExp(`${ESCAPE}\\[[0-9;]+m`).test(raw);

describe.skipIf(!hasPseudoTerminals())('argon, as a person uses it', () => {
  let space: Workspace;

  const head = async () =>
    (await space.ok(['branch', 'info', 'main', '--json'])).json().branch.headLsn as number;
  const documents = async (collection = 'c') => (await space.ok(['find', collection, '--json'])).stdout;
  const run = (command: string) => space.ok(['run', command]);
  const open = (argv: readonly string[], options: { columns?: number; env?: Record<string, string> } = {}) =>
    openTerminal(argv, { cwd: space.folder, ...options });

  describe('with a small store', () => {
    beforeEach(async () => {
      space = await makeWorkspace();
      await space.ok(['init']);
      await space.ok(['project', 'create', 'shop']);
      await run('{"insert": "c", "documents": [{"_id": 1, "n": 1}, {"_id": 2, "n": 2}]}');
      await run('{"update": "c", "updates": [{"q": {}, "u": {"$inc": {"n": 1}}, "multi": true}]}');
    });
    afterEach(() => space.remove());

    const THEN = '{"_id":1,"n":1}\n{"_id":2,"n":2}\n';
    const NOW = '{"_id":1,"n":2}\n{"_id":2,"n":3}\n';
    const then = async () => String((await head()) - 2);

    it('asks before it restores, and does it after a yes', async () => {
      const lsn = await then();
      const terminal = open(['restore', '--to-lsn', lsn]);
      await terminal.sees(`Really restore branch 'main' to LSN ${lsn}? [y/N]`);
      expect(terminal.text).toContain('~ {"_id":1,"n":2} → {"_id":1,"n":1}');
      expect(await documents()).toBe(NOW);
      terminal.type('yes\r');
      await terminal.sees('To undo: argon undo --last-restore --branch main');
      expect(await terminal.done).toBe(0);
      expect(await documents()).toBe(THEN);
    });

    it.each([
      ['no', 'n\r', 1, 'ARGON_CLI_DECLINED'],
      ['nothing', '\r', 1, 'ARGON_CLI_DECLINED'],
      ['something else', 'yo\r', 1, 'ARGON_CLI_DECLINED'],
      ['Ctrl-D', CTRL_D, 1, 'ARGON_CLI_DECLINED'],
      ['Ctrl-C', CTRL_C, 130, 'ARGON_CLI_CANCELLED'],
      ['Ctrl-C after half a yes', `ye${CTRL_C}`, 130, 'ARGON_CLI_CANCELLED'],
    ])('changes nothing when it is answered with %s', async (_, keys, code, told) => {
      const [lsn, before] = [await then(), await head()];
      const terminal = open(['restore', '--to-lsn', lsn]);
      await terminal.sees('[y/N]');
      terminal.type(keys);
      expect(await terminal.done).toBe(code);
      expect(terminal.text).toContain(told);
      expect(terminal.text).toContain('Nothing was changed');
      expect(await head()).toBe(before);
      expect(await documents()).toBe(NOW);
    });

    it.each([
      [['branch', 'reset', 'main', '--to-lsn', '1'], 'reset'],
      [['undo', '--commit', '6'], 'undo'],
      [['merge', 'feature', '--into', 'main'], 'merge'],
      [['project', 'delete', 'shop'], 'delete'],
    ])('%j asks too', async (argv, action) => {
      await space.ok(['branch', 'create', 'feature']);
      await space.ok(['run', '{"insert": "c", "documents": [{"_id": 3}]}', '-b', 'feature']);
      const before = await head();
      const terminal = open(
        argv[0] === 'branch' && argv[1] === 'reset' ? [...argv.slice(0, 4), await then()] : argv,
      );
      await terminal.sees(new RegExp(`Really ${action}.*\\[y/N\\]`));
      terminal.type(CTRL_C);
      expect(await terminal.done).toBe(130);
      expect(await head()).toBe(before);
    });

    it('has no prompt without a terminal, says what is missing, and does nothing', async () => {
      const [lsn, before] = [await then(), await head()];
      const { code, stderr } = await startProcess(['restore', '--to-lsn', lsn], {
        ...{ cwd: space.folder, stdin: 'y\n' },
      }).done;
      expect(code).toBe(2);
      expect(stderr).toContain("add --yes to restore branch 'main'");
      expect(stderr).not.toContain('[y/N]');
      const json = open(['restore', '--to-lsn', lsn, '--json']);
      expect(await json.done).toBe(2);
      expect(json.text).toContain('ARGON_CLI_CONFIRMATION_NEEDED');
      expect(await head()).toBe(before);
    });

    it('is coloured on a terminal, and not where colours are not wanted', async () => {
      await space.ok(['branch', 'create', 'feature', '--at', await then()]);
      const diff = ['diff', 'feature', 'main'];
      const expected = (await space.ok(diff)).stdout;
      const shows = async (env: Record<string, string>, argv = diff) => {
        const terminal = open(argv, { env });
        expect(await terminal.done).toBe(0);
        expect(terminal.text).toBe(expected);
        return terminal.raw;
      };
      const coloured = await shows({});
      expect(coloured).toContain(`${ESCAPE}[31m`);
      expect(coloured).toContain(`${ESCAPE}[32m`);
      expect(isColoured(await shows({ NO_COLOR: '1' }))).toBe(false);
      expect(isColoured(await shows({ TERM: 'dumb' }))).toBe(false);
      expect(isColoured(await shows({}, [...diff, '--no-color']))).toBe(false);
      const plain = await startProcess(diff, { cwd: space.folder }).done;
      expect(plain.stdout).toBe(expected);
      const failed = open(['find', 'nowhere'], { env: { NO_COLOR: '1' } });
      expect(await failed.done).toBe(3);
      expect(isColoured(failed.raw)).toBe(false);
    });

    it('is shown in the pager, and does not mind one that is left', async () => {
      await space.ok(['branch', 'create', 'feature', '--at', await then()]);
      const terminal = open(['diff', 'feature', 'main'], { env: { PAGER: 'head -n 1; echo left' } });
      expect(await terminal.done).toBe(0);
      expect(terminal.text).toMatch(/feature.*\nleft\n$/);
    });

    it('fits into a narrow terminal', async () => {
      const text = 'x'.repeat(500);
      await run(`{"update": "c", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": "${text}"}}}]}`);
      for (const argv of [['history'], ['help', 'restore'], ['--help']]) {
        const terminal = open(argv, { columns: 60 });
        expect(await terminal.done).toBe(0);
        // An example is a command: to be copied as a whole. The first line of a change says who did what, when.
        const lines = terminal.text.split('\n').filter((line) => !/argon|^LSN /.test(line));
        expect(lines.length).toBeGreaterThan(3);
        expect(lines.filter((line) => line.length > 60)).toEqual([]);
      }
      const wide = open(['history'], { columns: 160 });
      expect(await wide.done).toBe(0);
      expect(Math.max(...wide.text.split('\n').map((line) => line.length))).toBeGreaterThan(90);
    });
  });

  describe('with many documents', () => {
    let early: number;
    let late: number;

    beforeAll(async () => {
      space = await makeWorkspace();
      await space.ok(['init']);
      await space.ok(['project', 'create', 'shop']);
      const lines = Array.from(
        { length: MANY },
        (_, i) => `{"_id": ${i}, "n": ${i}, "pad": "${'x'.repeat(100)}"}\n`,
      );
      await writeFile(space.path('many.ndjson'), lines.join(''));
      await space.ok(['import', 'many.ndjson', '-c', 'c']);
      early = await head();
      await run('{"update": "c", "updates": [{"q": {}, "u": {"$inc": {"n": 1}}, "multi": true}]}');
      late = await head();
    });
    afterAll(() => space.remove());

    const count = async (collection: string, filter = '{}') =>
      Number(
        (await space.ok(['time-travel', collection, '--lsn', String(await head()), '--count', '-f', filter]))
          .stdout,
      );

    it('shows how far an import has come, and takes the bar away', async () => {
      const terminal = open(['import', 'many.ndjson', '-c', 'shown']);
      await terminal.sees(/shown [█░]{24} \d+% · [\d,]+ documents · /);
      await terminal.sees(`Imported 60,000 documents into shown`);
      expect(await terminal.done).toBe(0);
      // The line is cleared, and the cursor there again.
      expect(terminal.raw.lastIndexOf(`${ESCAPE}[?25h`)).toBeGreaterThan(terminal.raw.lastIndexOf('█'));
      await space.ok(['run', '{"drop": "shown"}']);
    });

    it('stops an import at Ctrl-C, and nothing of it is there', async () => {
      const before = await documents('c');
      const terminal = open(['import', 'many.ndjson', '-c', 'half'], { columns: 40 });
      // In the middle: some batches are commits already.
      await terminal.sees(/half .*\b[1-9]\d?%/);
      terminal.type(CTRL_C);
      expect(await terminal.done).toBe(130);
      expect(terminal.text).toContain("nothing was imported: 'main' of 'shop' is as it was before");
      expect(terminal.raw.lastIndexOf(`${ESCAPE}[?25h`)).toBeGreaterThan(
        terminal.raw.lastIndexOf(`${ESCAPE}[?25l`),
      );
      expect((await space.run(['find', 'half'])).code).toBe(3);
      expect(await documents('c')).toBe(before);
      // And what was stopped can be done.
      expect((await space.ok(['import', 'many.ndjson', '-c', 'half'])).stdout).toContain('Imported 60,000');
      await space.ok(['run', '{"drop": "half"}']);
    });

    it('stops a restore at Ctrl-C, and nothing of it is done', async () => {
      const before = await head();
      const argv = ['restore', '--to-lsn', String(early), '--collection', 'c', '--yes'];
      for (const stage of ['Comparing', 'Restoring']) {
        const terminal = open(argv);
        await terminal.sees(new RegExp(`${stage} · [\\d,]+ documents`));
        terminal.type(CTRL_C);
        expect(await terminal.done).toBe(130);
        expect(terminal.text).toContain('ARGON_CLI_CANCELLED');
        expect(await head()).toBe(before);
        expect((await space.ok(['restore-points', '--json'])).json().restorePoints).toEqual([]);
        expect(await count('c', '{"$expr": {"$eq": ["$n", "$_id"]}}')).toBe(0);
      }
      const done = open(argv);
      await done.sees('Restored to main');
      expect(await done.done).toBe(0);
      expect(await count('c', '{"$expr": {"$eq": ["$n", "$_id"]}}')).toBe(MANY);
      await space.ok(['undo', '--last-restore', '--yes']);
      expect(await count('c', '{"$expr": {"$eq": ["$n", "$_id"]}}')).toBe(0);
    });

    it('stops an undo at Ctrl-C, and nothing of it is done', async () => {
      const before = await head();
      const terminal = open(['undo', '--commit', String(late), '--yes']);
      await terminal.sees(/Undoing · [\d,]+ documents/);
      terminal.type(CTRL_C);
      expect(await terminal.done).toBe(130);
      expect(await head()).toBe(before);
      expect(await count('c', '{"$expr": {"$eq": ["$n", "$_id"]}}')).toBe(0);
    });

    it('is silent with --json, and where there is no terminal', async () => {
      const argv = ['restore', '--to-lsn', String(early), '--collection', 'c', '--dry-run'];
      const json = open([...argv, '--json']);
      expect(await json.done).toBe(0);
      expect(json.raw).not.toContain(ESCAPE);
      expect(JSON.parse(json.text).restore.counts.updated).toBe(MANY);
      const piped = await startProcess(argv, { cwd: space.folder }).done;
      expect(piped.stderr).toBe('');
      expect(piped.stdout).not.toContain(ESCAPE);
    });
  });
});
