import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyStore } from '../../log/verify';
import { commitOf, insertion } from '../../testing/drafts';
import { newProject, push, read } from '../../testing/fixture';
import { openLmdbStore } from './lmdb-store';
import { problemOfDataFile } from './meta-pages';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'argon-damage-'));
});

afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

/** A store with some thousand entries; returns its folder. */
async function filled(): Promise<string> {
  const path = join(folder, 'store');
  const store = await openLmdbStore(path);
  const { main } = await newProject(store);
  for (let round = 0; round < 4; round++) {
    const entries = Array.from({ length: 500 }, (_, i) =>
      insertion({ _id: round * 500 + i, pad: 'needle'.repeat(50) }),
    );
    await push(store, main.id, commitOf(...entries));
  }
  await store.close();
  return path;
}

async function failure(path: string, options = {}): Promise<{ code: string; message: string }> {
  const outcome = await openLmdbStore(path, options).then(
    async (store) => {
      await store.close();
      return { code: 'opened', message: '' };
    },
    (error: { code: string; message: string }) => error,
  );
  return outcome;
}

describe('a folder that is not a store', () => {
  it('is not there, and is not to be made', async () => {
    const path = join(folder, 'nope');
    expect(await failure(path, { create: false })).toMatchObject({ code: 'ARGON_WAL_STORE_NOT_FOUND' });
    expect(await failure(join(folder, 'a/b'), { create: false })).toMatchObject({
      code: 'ARGON_WAL_STORE_NOT_FOUND',
    });
    expect(await failure(folder, { create: false })).toMatchObject({ code: 'ARGON_WAL_STORE_NOT_FOUND' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('is a file', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'hello');
    expect(await failure(path)).toMatchObject({ code: 'ARGON_WAL_NOT_A_STORE' });
    expect((await failure(join(path, 'below'))).code).toMatch(/NOT_A_STORE|NOT_FOUND/);
    expect(await readFile(path, 'utf8')).toBe('hello');
  });

  it("holds somebody's files", async () => {
    await writeFile(join(folder, 'letter.txt'), 'dear');
    expect(await failure(folder)).toMatchObject({ code: 'ARGON_WAL_NOT_A_STORE' });
    expect(await readdir(folder)).toEqual(['letter.txt']);
  });

  it('holds an LMDB database of something else', async () => {
    const db = open({ path: folder, noSubdir: false });
    await db.put('key', 'value');
    await db.close();
    const before = readFileSync(join(folder, 'data.mdb'));
    expect(await failure(folder)).toMatchObject({ code: 'ARGON_WAL_NOT_A_STORE' });
    expect(readFileSync(join(folder, 'data.mdb')).equals(before)).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['data.mdb', 'lock.mdb']);
  });

  it('may be a .argon folder with settings in it', async () => {
    const path = join(folder, '.argon');
    await mkdir(path);
    await writeFile(join(path, 'config.json'), '{}');
    expect(await failure(path)).toMatchObject({ code: 'opened' });
  });

  it('is made with the folders above it', async () => {
    expect(await failure(join(folder, 'a/b/c.d'))).toMatchObject({ code: 'opened' });
    expect(existsSync(join(folder, 'a/b/c.d/data.mdb'))).toBe(true);
  });

  it('may not be entered', async () => {
    const path = await filled();
    // Root may do anything, so it becomes somebody else for a moment.
    const isRoot = process.geteuid?.() === 0;
    await chmod(folder, 0o000);
    if (isRoot) process.seteuid!(65534);
    try {
      expect(await failure(path)).toMatchObject({ code: 'ARGON_WAL_STORE_ACCESS' });
      expect(await failure(join(folder, 'new'))).toMatchObject({ code: 'ARGON_WAL_STORE_ACCESS' });
    } finally {
      if (isRoot) process.seteuid!(0);
    }
  });
});

describe('a data file that is damaged', () => {
  it.each([
    ['garbage', Buffer.alloc(50_000, 'garbage!')],
    ['a few bytes', Buffer.from('short')],
    ['zeros', Buffer.alloc(8192)],
  ])('is %s', async (_, content) => {
    const data = join(folder, 'data.mdb');
    await writeFile(data, content);
    expect(await failure(folder)).toMatchObject({ code: 'ARGON_WAL_STORE_CORRUPT' });
    expect((await readFile(data)).equals(content)).toBe(true);
  });

  it('is cut short, anywhere', async () => {
    const path = await filled();
    const data = join(path, 'data.mdb');
    const whole = await readFile(data);
    for (const share of [0.9, 0.5, 0.2, 0.01, 0.001]) {
      await writeFile(data, whole);
      await truncate(data, Math.floor(whole.length * share));
      expect(await failure(path), `${share}`).toMatchObject({ code: 'ARGON_WAL_STORE_CORRUPT' });
    }
    await writeFile(data, whole);
    expect(await failure(path)).toMatchObject({ code: 'opened' });
  });

  it('is being written by another while it is looked at, and then is whole', async () => {
    const path = await filled();
    const data = join(path, 'data.mdb');
    const whole = await readFile(data);
    await truncate(data, 4096);
    const other = new Worker(
      `const { openSync, writeSync, closeSync } = require('node:fs');
       const { workerData: { data, whole }, parentPort } = require('node:worker_threads');
       const file = openSync(data, 'r+');
       const size = Math.ceil(whole.length / 60);
       let at = 0;
       const timer = setInterval(() => {
         at += writeSync(file, whole, at, Math.min(size, whole.length - at), at);
         if (at === size) parentPort.postMessage('begun');
         if (at < whole.length) return;
         clearInterval(timer);
         closeSync(file);
       }, 5);`,
      { eval: true, workerData: { data, whole } },
    );
    await once(other, 'message');
    expect(problemOfDataFile(data, join(path, 'journal.argon'))).toBeUndefined();
    if (other.threadId > 0) await once(other, 'exit');
    expect(await failure(path)).toMatchObject({ code: 'opened' });
  });

  it('was made a moment ago and is still empty', async () => {
    await writeFile(join(folder, 'data.mdb'), '');
    expect(await failure(folder)).toMatchObject({ code: 'opened' });
  });

  it('has a flipped byte in an entry: reading it and a verification notice', async () => {
    const path = await filled();
    const data = join(path, 'data.mdb');
    const bytes = await readFile(data);
    // Old copies of pages hold the same text, so change every one.
    const file = openSync(data, 'r+');
    for (let at = bytes.indexOf('needle'); at >= 0; at = bytes.indexOf('needle', at + 200_000))
      writeSync(file, 'n!', at);
    closeSync(file);
    const store = await openLmdbStore(path);
    const [main] = await store.branches(1);
    await expect(read(store, main!.id)).rejects.toMatchObject({ code: 'ARGON_WAL_STORE_CORRUPT' });
    const { problems } = await verifyStore(store);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]!.problem).toMatch(/checksum/);
    await store.close();
  });
});

describe('the format version', () => {
  async function setFormat(path: string, value: string): Promise<void> {
    const db = open<Buffer, Buffer>({ path, noSubdir: false, keyEncoding: 'binary', encoding: 'binary' });
    await db.put(Buffer.from('f'), Buffer.from(value));
    await db.close();
  }

  it('of a newer or older Argon is refused', async () => {
    const path = await filled();
    await setFormat(path, '{"argon":4}');
    const error = await failure(path);
    expect(error).toMatchObject({ code: 'ARGON_WAL_STORE_VERSION' });
    expect(error.message).toContain('version 4');
    await setFormat(path, '{"argon":1}');
    const older = await failure(path);
    expect(older).toMatchObject({ code: 'ARGON_WAL_STORE_VERSION' });
    expect(older.message).toContain('version 1');
    await setFormat(path, '{"argon":2}');
    expect(await failure(path)).toMatchObject({ code: 'opened' });
  });

  it('must be readable', async () => {
    const path = await filled();
    await setFormat(path, 'what?');
    expect(await failure(path)).toMatchObject({ code: 'ARGON_WAL_STORE_CORRUPT' });
  });
});
