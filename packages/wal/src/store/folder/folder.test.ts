import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkOf, hex, listed } from '../../testing/chunk-content';
import { chunkStoreCompliance, snapshotStoreCompliance } from '../../testing/index';
import { FolderChunkStore, FolderSnapshotStore } from './index';

const newFolder = () => mkdtemp(join(tmpdir(), 'argon-chunks-'));

chunkStoreCompliance({
  name: 'folder',
  open: async (now) => {
    const folder = await newFolder();
    const handle = async () => new FolderChunkStore(folder, { now });
    return { store: await handle(), openAnother: handle, dispose: () => rm(folder, { recursive: true }) };
  },
  test: { describe, it },
});

snapshotStoreCompliance({
  name: 'folder',
  open: async () => {
    const folder = await newFolder();
    const handle = async () => new FolderSnapshotStore(folder);
    return { store: await handle(), openAnother: handle, dispose: () => rm(folder, { recursive: true }) };
  },
  test: { describe, it },
});

describe('a folder of chunks', () => {
  let folder: string;
  const chunk = chunkOf('a', 3000);
  const pathOfOnly = async () => {
    const names = await readdir(folder, { recursive: true });
    return join(
      folder,
      names.find((name) => name.includes(chunk.hash.slice(3)))!,
    );
  };

  beforeEach(async () => {
    folder = await newFolder();
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made when something is put, and needs nothing to be read', async () => {
    const inside = join(folder, 'a', 'b');
    const chunks = new FolderChunkStore(inside);
    expect(await chunks.get([chunk.hash])).toEqual([undefined]);
    expect(await listed(chunks)).toEqual(new Map());
    expect(await chunks.remove([chunk.hash], Infinity)).toBe(0);
    await expect(stat(inside)).rejects.toThrow(/ENOENT/);
    await chunks.put([chunk]);
    expect(hex((await chunks.get([chunk.hash]))[0])).toBe(hex(chunk.bytes));
  });

  it('keeps plain files whose names tell hash, time and size', async () => {
    await new FolderChunkStore(folder, { now: () => 1234 }).put([chunk]);
    const { hash } = chunk;
    const path = join(folder, 'chunks', hash.slice(0, 2), hash.slice(2, 3), `${hash.slice(3)}-1234-3000`);
    expect(hex(await readFile(path))).toBe(hex(chunk.bytes));
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it('gives nothing for a file that was cut short, and mends it when it is put again', async () => {
    const chunks = new FolderChunkStore(folder);
    await chunks.put([chunk]);
    await truncate(await pathOfOnly(), 1000);
    expect(await chunks.get([chunk.hash])).toEqual([undefined]);
    await chunks.put([chunk]);
    expect(hex((await chunks.get([chunk.hash]))[0])).toBe(hex(chunk.bytes));
    expect((await listed(chunks)).size).toBe(1);
  });

  it('mends a file whose content is wrong, also within the same millisecond', async () => {
    const chunks = new FolderChunkStore(folder, { now: () => 5 });
    await chunks.put([chunk]);
    await writeFile(await pathOfOnly(), new Uint8Array(3000));
    await chunks.put([chunk]);
    expect(hex((await chunks.get([chunk.hash]))[0])).toBe(hex(chunk.bytes));
  });

  it('leaves other files alone, and refuses what is not a hash', async () => {
    const chunks = new FolderChunkStore(folder);
    await chunks.put([chunk]);
    await writeFile(join(await pathOfOnly(), '..', 'README'), 'hello');
    await mkdir(join(folder, 'chunks', 'zz'));
    expect([...(await listed(chunks)).keys()]).toEqual([chunk.hash]);
    await expect(chunks.get(['../../../etc/passwd'])).rejects.toThrow(RangeError);
  });

  it('removes what a process left behind that died while it wrote', async () => {
    const chunks = new FolderChunkStore(folder);
    await chunks.put([chunk]);
    const [left, recent] = [join(folder, 'tmp', 'left'), join(folder, 'tmp', 'recent')];
    await writeFile(left, 'half a chu');
    await writeFile(recent, 'half a chu');
    await utimes(left, new Date(0), new Date(0));
    await listed(chunks);
    expect(await readdir(join(folder, 'tmp'))).toEqual(['recent']);
  });

  it('says in its own words what the file system refuses', async () => {
    await writeFile(join(folder, 'chunks'), 'a file where a folder should be');
    await expect(new FolderChunkStore(folder).put([chunk])).rejects.toMatchObject({
      code: 'ARGON_WAL_STORE_IO',
    });
  });

  it('passes over a snapshot record that is unreadable', async () => {
    const snapshots = new FolderSnapshotStore(folder);
    const at = (lsn: number) => ({ branchId: 2, lsn, timestamp: 1, root: chunk.hash, format: 1, takenAt: 2 });
    await snapshots.put(at(5));
    await snapshots.put(at(9));
    await truncate(join(folder, 'snapshots', '2', '9.json'), 10);
    expect(await snapshots.atOrBefore(2, 100)).toEqual(at(5));
    expect(await snapshots.list()).toEqual([at(5)]);
  });
});
