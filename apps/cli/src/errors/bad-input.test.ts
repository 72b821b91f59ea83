import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { startMongod } from '@argon/tools-mongod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, startProcess, type RunResult, type Workspace } from '../testing/run';

let space: Workspace;

beforeEach(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'myapp']);
  await space.ok(['branch', 'create', 'feature-test']);
  await space.ok(['import', '-', '-c', 'users'], { stdin: '{"_id": 1, "name": "Ada"}' });
});
afterEach(() => space.remove());

/** The error that a command ends with; it is the same with --json, and the store is as it was. */
async function failure(argv: readonly string[], options: { stdin?: string } = {}): Promise<RunResult> {
  const before = await state();
  const told = await space.run(argv, options);
  const asJson = await space.run([...argv, '--json'], options);
  expect(await state(), 'nothing changed').toEqual(before);
  expect(told.stdout).toBe('');
  expect(told.code).not.toBe(0);
  expect(asJson.code).toBe(told.code);
  const { error } = JSON.parse(asJson.stderr) as { error: { code: string; message: string } };
  expect(told.stderr).toContain(`[${error.code}]`);
  expect(told.stderr).toMatch(/^error: /);
  return told;
}

async function state(): Promise<unknown> {
  const status = (await space.ok(['status', '--json'])).json() as { store: { size?: number } };
  delete status.store.size;
  const branches: unknown = (await space.ok(['branch', 'list', '--json'])).json();
  return { status, branches, documents: (await space.ok(['find', 'users'])).stdout };
}

describe('malformed Extended JSON', () => {
  it.each([
    ['{name: 1}', 'line 1, column 2', 'double quotes'],
    ['{"a": 1,\n "b": }', 'line 2, column 7', 'expected a value'],
    ['{"a": {"$oid": "xyz"}}', 'line 1, column 7', '24 hexadecimal'],
    ['{"a": 1', 'line 1, column 8', 'the end of the text'],
    ['{"a": 1, "a": 2}', 'line 1, column 10', 'twice'],
  ])('in an argument: %s', async (text, place, problem) => {
    for (const argv of [
      ['find', 'users', '--filter', text],
      ['run', text],
    ]) {
      const { stderr, code } = await failure(argv);
      expect(stderr).toContain(place);
      expect(stderr).toContain(problem);
      expect(stderr, 'shows where').toMatch(/\n {2}.*\n {2} *\^\n/);
      expect(code).toBe(2);
    }
  });

  it('in a file: the place, and nothing of it imported', async () => {
    await writeFile(space.path('bad.json'), '[\n  {"_id": 10},\n  {"_id": 11, "x": tru}\n]');
    const { stderr, code } = await failure(['import', 'bad.json', '-c', 'users']);
    expect(stderr).toContain('bad.json at line 3, column 20 (document 2): expected a value');
    expect(stderr).toContain('hint: nothing was imported');
    expect(code).toBe(1);
  });

  it('in a pipe, after thousands of good documents: the branch is set back', async () => {
    const lines = Array.from({ length: 4000 }, (_, i) => `{"_id": ${i + 100}}\n`);
    lines[3500] = '{"_id": ]}\n';
    const before = (await space.ok(['find', 'users'])).stdout;
    // In pieces, so that some are committed before the mistake is read.
    const stdin = Readable.from([
      Buffer.from(lines.slice(0, 2200).join('')),
      Buffer.from(lines.slice(2200).join('')),
    ]);
    const { stderr, code } = await space.run(['import', '-', '-c', 'users'], { stdin });
    expect((await space.ok(['branch', 'info', '--json'])).json().branch.resets).toHaveLength(1);
    expect(stderr).toContain('standard input at line 3501, column 9 (document 3501)');
    expect(stderr).toContain("nothing was imported: 'main' of 'myapp' is as it was before");
    expect(code).toBe(1);
    expect((await space.ok(['find', 'users'])).stdout).toBe(before);
  });

  it('that is no document', async () => {
    expect((await failure(['find', 'users', '--filter', '[1]'])).stderr).toContain(
      '--filter takes a document',
    );
    expect((await failure(['run', '{}'])).stderr).toContain('empty');
  });
});

describe('names', () => {
  it('of projects and branches that are not there: did you mean', async () => {
    const project = await failure(['branch', 'create', 'x', '--project', 'myap']);
    expect(project.stderr).toContain("Project 'myap' does not exist");
    expect(project.stderr).toContain("hint: did you mean 'myapp'?");
    expect(project.code).toBe(3);
    const branch = await failure(['find', 'users', '--branch', 'featuer-test']);
    expect(branch.stderr).toContain("Branch 'featuer-test' does not exist");
    expect(branch.stderr).toContain("hint: did you mean 'feature-test'?");
    expect(branch.code).toBe(3);
    const collection = await failure(['export', 'user']);
    expect(collection.stderr).toContain("hint: did you mean 'users'?");
    expect(collection.code).toBe(3);
    expect((await failure(['run', '{"insert": "users", "documents": [{}]}', '-b', 'no'])).code).toBe(3);
    expect((await failure(['import', '-', '-c', 'users', '-p', 'no'], { stdin: '{}' })).code).toBe(3);
  });

  it.each(['..', 'a..b', 'a$b', 'a\0b', 'a b', 'a/b', '.', ' '])('%j is no name', async (name) => {
    for (const argv of [
      ['project', 'create', name],
      ['branch', 'create', name],
      ['branch', 'rename', 'feature-test', name],
      ['branch', 'delete', name],
      ['branch', 'create', 'x', '--from', name],
      ['use', name],
      ['find', 'users', '--project', name],
    ]) {
      const { stderr, code } = await failure(argv);
      expect(stderr).toMatch(/Invalid (project|branch) name/);
      expect(code).toBe(2);
    }
  });

  it.each(['a$b', 'a\0b', '.a'])('%j is no name of a collection', async (name) => {
    const { stderr, code } = await failure(['import', '-', '-c', name], { stdin: '{}' });
    expect(stderr).toContain('Invalid collection name');
    expect(code).toBe(2);
  });

  it('that exist already', async () => {
    expect((await failure(['project', 'create', 'myapp'])).code).toBe(4);
    expect((await failure(['branch', 'create', 'feature-test'])).code).toBe(4);
    expect((await failure(['branch', 'rename', 'feature-test', 'main'])).code).toBe(4);
  });
});

describe('moments', () => {
  it('beyond the head', async () => {
    for (const argv of [
      ['find', 'users', '--at', '999'],
      ['export', 'users', '--at', '999'],
      ['branch', 'create', 'x', '--at', '999'],
      ['branch', 'reset', 'main', '--to-lsn', '999', '--yes'],
    ]) {
      const { stderr, code } = await failure(argv);
      expect(stderr).toMatch(/LSN 999 .*from LSN 2 to LSN/);
      expect(code).toBe(3);
    }
  });

  it('before the project was made', async () => {
    expect((await failure(['find', 'users', '--at', '1'])).code).toBe(3);
    expect((await failure(['find', 'users', '--at', '2001-01-01'])).code).toBe(3);
  });

  it.each(['soon', '0', '-5', '1.5', '2026-02-31', '99999999999999999999'])('%s is none', async (at) => {
    const { code } = await failure(['find', 'users', `--at=${at}`]);
    expect(code).toBe(2);
  });

  it('a reset below the base, and of what is protected', async () => {
    await space.ok(['branch', 'protect', 'main']);
    expect((await failure(['branch', 'reset', 'main', '--to-lsn', '2', '--yes'])).code).toBe(4);
    await space.ok(['branch', 'create', 'late']);
    expect((await failure(['branch', 'reset', 'late', '--to-lsn', '2', '--yes'])).code).toBe(4);
    expect((await failure(['branch', 'delete', 'main'])).code).toBe(4);
  });
});

describe('pins', () => {
  it('that are there already, or are not', async () => {
    await space.ok(['wal', 'pin', 'create', 'release']);
    const { stderr, code } = await failure(['wal', 'pin', 'create', 'release']);
    expect(stderr).toContain("a tag of branch 'main' has this name");
    expect(code).toBe(4);
    const absent = await failure(['wal', 'pin', 'delete', 'relaese']);
    expect(absent.stderr).toContain("hint: did you mean 'release'?");
    expect(absent.code).toBe(3);
    expect((await failure(['wal', 'pin', 'delete', 'release', '--branch', 'feature-test'])).code).toBe(3);
  });

  it('with names or at moments that are none', async () => {
    for (const name of ['a b', '..', 'a\0b', ' ']) {
      const { stderr, code } = await failure(['wal', 'pin', 'create', name]);
      expect(stderr).toContain('Invalid pin name');
      expect(code).toBe(2);
    }
    expect((await failure(['wal', 'pin', 'create', 'x', '--at', 'soon'])).code).toBe(2);
    expect((await failure(['wal', 'pin', 'create', 'x', '--at', '999'])).code).toBe(3);
    expect((await failure(['wal', 'pin', 'create', 'x', '--at', '1'])).code).toBe(3);
    expect((await failure(['wal', 'pin', 'create', 'x', '--branch', 'no'])).code).toBe(3);
    expect((await failure(['wal', 'pin', 'list', '--project', 'no'])).code).toBe(3);
  });
});

describe('a compacted copy', () => {
  it('where something is already', async () => {
    await mkdir(space.path('there'));
    await writeFile(space.path('there/file'), 'precious');
    const told = await failure(['wal', 'compact', '--copy', 'there']);
    expect(told.stderr).toContain('not empty');
    expect(told.code).toBe(4);
    expect(readdirSync(space.path('there'))).toEqual(['file']);
    expect((await failure(['wal', 'compact', '--copy', '.argon'])).code).toBe(4);
    const file = await failure(['wal', 'compact', '--copy', 'there/file']);
    expect(file.stderr).toContain('it is a file');
    expect((await failure(['wal', 'compact', '--copy', 'there/file/x'])).code).toBe(1);
  });

  it('with options that say what to drop, or of what is no LMDB store', async () => {
    for (const more of [['--before', '5'], ['--dry-run'], ['--branch', 'main'], ['-p', 'myapp'], ['-y']]) {
      expect((await failure(['wal', 'compact', '--copy', 'x', ...more])).code).toBe(2);
    }
    expect((await failure(['wal', 'compact', '--copy', ''])).code).toBe(2);
    const told = await failure(['wal', 'compact', '--copy', 'x', '--store', 'memory:']);
    expect(told.stderr).toContain('for LMDB stores');
    expect(told.code).toBe(2);
    expect(readdirSync(space.folder)).toEqual(['.argon']);
  });
});

describe('stores', () => {
  /** As `failure`, where there is no store to compare. */
  async function opening(argv: readonly string[], env: Record<string, string> = {}): Promise<RunResult> {
    const told = await space.run(argv, { env });
    expect(told.stdout).toBe('');
    expect(told.stderr).toMatch(/^error: .*\[ARGON_/);
    return told;
  }

  it('there is none', async () => {
    const told = await opening(['status', '--store', space.path('no/.argon')]);
    expect(told.stderr).toContain('there is no store');
    expect(told.code).toBe(3);
    const empty = await makeWorkspace();
    const none = await empty.run(['status']);
    expect(none.stderr).toContain('argon init');
    expect(none.code).toBe(3);
    expect(readdirSync(empty.folder)).toEqual([]);
    await empty.remove();
  });

  it('an address that is none', async () => {
    for (const address of ['postgres://x', 'lmdb:', 'nonsense']) {
      expect((await opening(['status', '--store', address])).code).toBe(2);
    }
  });

  it.each([
    ['garbage', Buffer.alloc(50_000, 'garbage!')],
    ['short', Buffer.from('?')],
  ])('a corrupt one (%s) is left as it is', async (_, content) => {
    const folder = space.path('corrupt.argon');
    await mkdir(folder);
    await writeFile(`${folder}/data.mdb`, content);
    for (const argv of [['status'], ['init'], ['project', 'create', 'x'], ['find', 'users']]) {
      const { stderr, code } = await opening([...argv, '--store', folder]);
      expect(stderr).toContain('damaged');
      expect(code).toBe(5);
    }
    expect(await readFile(`${folder}/data.mdb`)).toEqual(content);
  });

  it('a locked one: says so after a while, and changes nothing', async () => {
    const { readFileSync } = await import('node:fs');
    const holder = await holdLock(space.path('.argon'));
    try {
      const before = readFileSync(space.path('.argon/data.mdb'));
      const told = await opening(['branch', 'create', 'x'], { ARGON_LOCK_TIMEOUT: '0.2' });
      expect(told.stderr).toContain('is locked');
      expect(told.code).toBe(5);
      expect(readFileSync(space.path('.argon/data.mdb'))).toEqual(before);
    } finally {
      holder.kill('SIGKILL');
    }
    expect((await space.ok(['branch', 'list', '--json'])).json().branches).toHaveLength(2);
  });

  it('a full disk: its own message, and what was there is there', async () => {
    const documents = Array.from(
      { length: 20_000 },
      // Such as does not compress.
      (_, i) => `{"_id": ${i}, "pad": "${randomBytes(250).toString('hex')}"}\n`,
    );
    await writeFile(space.path('much.ndjson'), documents.join(''));
    const before = await state();
    // A limit on file sizes fails writes as a full disk does.
    const { done } = startProcess(['import', space.path('much.ndjson'), '--store', space.path('.argon')], {
      shell: 'ulimit -f 2048;',
    });
    const told = await done;
    expect(told.stderr).toMatch(/error: .*disk is full.*\[ARGON_WAL_STORE_FULL\]/);
    expect(told.code).toBe(5);
    expect(told.stdout).toBe('');
    const after = (await state()) as typeof before & { documents: string };
    expect(after.documents).toBe((before as typeof after).documents);
  });

  it('a standalone mongod: says how to make it a replica set', async () => {
    const mongod = await startMongod({ standalone: true });
    try {
      const told = await opening(['init', '--store', `${mongod.uri}argon_wal`]);
      expect(told.stderr).toContain('standalone');
      expect(told.stderr).toContain('--replSet');
      expect(told.code).toBe(5);
    } finally {
      await mongod.stop();
    }
  });

  it('a server that does not answer', async () => {
    const address = 'mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=200';
    expect((await opening(['status', '--store', address])).code).toBe(5);
    const told = await failure(['import', address]);
    expect(told.stderr).toContain('ARGON_CLI_SOURCE_UNREACHABLE');
    expect(told.code).toBe(1);
  });
});

describe('files', () => {
  it('to import: absent, a folder, of no known format, damaged', async () => {
    expect((await failure(['import', 'no.json'])).code).toBe(3);
    await mkdir(space.path('folder'));
    expect((await failure(['import', 'folder'])).stderr).toContain('it is a folder');
    await writeFile(space.path('x.dat'), 'hello');
    expect((await failure(['import', 'x.dat'])).stderr).toContain('--format');
    await writeFile(space.path('x.json.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8]));
    expect((await failure(['import', 'x.json.gz'])).stderr).toContain('gzip');
    await writeFile(space.path('x.bson'), Buffer.from([0x10, 0, 0, 0, 1, 2]));
    expect((await failure(['import', 'x.bson'])).stderr).toContain('the input ends within it');
    await writeFile(space.path('x.csv'), 'a,b\n1,2\n3\n');
    expect((await failure(['import', 'x.csv'])).stderr).toContain('line 3');
    expect((await failure(['import', 'mongodb://localhost'])).stderr).toContain('Say which database');
  });

  it('to export to: one that is there, one that cannot be', async () => {
    await writeFile(space.path('there.json'), 'precious');
    const told = await failure(['export', 'users', '--out', 'there.json']);
    expect(told.stderr).toContain('--force');
    expect(told.code).toBe(4);
    expect(await readFile(space.path('there.json'), 'utf8')).toBe('precious');
    expect((await failure(['export', 'users', '--out', 'no/where.json'])).stderr).toContain(
      'Could not write',
    );
    expect((await failure(['export', 'users', '--out', 'x.what'])).code).toBe(2);
    expect(readdirSync(space.folder).sort()).toEqual(['.argon', 'there.json']);
  });
});

it('a document that is there already: all or nothing', async () => {
  const lines = Array.from({ length: 2500 }, (_, i) => `{"_id": ${2500 - i}}\n`).join('');
  const before = (await space.ok(['find', 'users'])).stdout;
  const told = await space.run(['import', '-', '-c', 'users'], { stdin: lines });
  expect(told.stderr).toContain('Document 2500 could not be inserted: E11000');
  expect(told.stderr).toContain('nothing was imported');
  expect(told.code).toBe(4);
  expect((await space.ok(['find', 'users'])).stdout).toBe(before);
  const kept = await space.run(['import', '-', '-c', 'users', '--keep-going', '--json'], { stdin: lines });
  expect(kept.json().collections).toMatchObject([{ inserted: 2499, rejected: 1 }]);
  expect(kept.code).toBe(1);
});

it('an import that fails while others write: says what remains', async () => {
  const lines = Array.from({ length: 2200 }, (_, i) => `{"_id": ${i + 100}}\n`).join('');
  const stdin = Readable.from(
    (async function* () {
      yield Buffer.from(lines);
      await expect
        .poll(async () => (await space.ok(['status', '--json'])).json().currentLsn as number)
        .toBeGreaterThan(2000);
      await space.ok(['run', '{"insert": "users", "documents": [{"_id": "theirs"}]}']);
      yield Buffer.from('{"_id": }');
    })(),
  );
  const told = await space.run(['import', '-', '-c', 'users'], { stdin });
  expect(told.stderr).toContain("others wrote to 'main' meanwhile");
  expect(told.code).toBe(1);
  const found = await space.ok(['run', '{"count": "users", "query": {"_id": "theirs"}}', '--json']);
  expect(found.json().n).toBe(1);
});

async function holdLock(folder: string): Promise<ChildProcess> {
  const program = `
    import { open } from 'lmdb';
    const db = open({ path: ${JSON.stringify(folder)}, noSubdir: false, overlappingSync: false, maxReaders: 1024 });
    db.transactionSync(() => {
      process.stdout.write('held');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
    }, 2);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}
