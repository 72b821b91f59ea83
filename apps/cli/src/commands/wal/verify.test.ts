import { readFile, writeFile } from 'node:fs/promises';
import { storeKinds, type StoreFixture } from '@argon/driver/testing';
import { sharedMongod } from '@argon/tools-mongod';
import { openStore, type Store } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../../testing/run';

const kinds = storeKinds(async () => (await sharedMongod()).uri).filter(({ shared }) => shared);

describe.each(kinds)('wal verify on the $name store', (kind) => {
  let store: StoreFixture;
  let space: Workspace;

  beforeEach(async () => {
    store = await kind.make();
    space = await makeWorkspace(store.address);
    await space.ok(['init']);
    await space.ok(['project', 'create', 'shop']);
    await space.ok(['run', '{"insert": "c", "documents": [{"_id": 1, "n": 0}, {"_id": 2, "n": 0}]}']);
    await space.ok(['run', '{"createIndexes": "c", "indexes": [{"key": {"n": 1}, "name": "n_1"}]}']);
    await space.ok(['branch', 'create', 'feature']);
    await space.ok(['run', '{"update": "c", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": 1}}}]}']);
    await space.ok(['wal', 'snapshot']);
    await space.ok(['wal', 'snapshot', '--branch', 'feature']);
  });
  afterEach(async () => {
    await space.remove();
    await store.remove();
  });

  async function harm(work: (opened: Store) => Promise<void>): Promise<void> {
    const opened = await openStore(store.address);
    await work(opened);
    await opened.close();
  }

  it('is content with a healthy store', async () => {
    const { verify, problems, repair, healthy } = (await space.ok(['wal', 'verify', '--json'])).json();
    expect(verify).toMatchObject({ projects: 1, branches: 2, snapshots: 2, indexes: 4 });
    expect({ problems, repair, healthy }).toEqual({ problems: [], repair: null, healthy: true });
    const { stdout } = await space.ok(['wal', 'verify']);
    expect(stdout).toMatch(/^Checked: 1 project, 2 branches, \d+ commits, .*\nNo damage\.\n$/);
  });

  it('names damaged snapshots and chunks, and makes them again', async () => {
    let hash = '';
    await harm(async (opened) => {
      const [snapshot] = await opened.snapshots.list(2);
      hash = snapshot!.root;
      const [bytes] = await opened.chunks.get([hash]);
      const changed = Buffer.from(bytes!);
      changed[changed.length - 3]! ^= 4;
      await opened.chunks.remove([hash], Infinity);
      await opened.chunks.put([{ hash, bytes: changed }]);
    });
    const found = await space.run(['wal', 'verify']);
    expect(found.code).toBe(5);
    expect(found.stdout).toContain(`snapshot of shop~main at LSN`);
    expect(found.stdout).toContain(`chunk: Chunk ${hash}`);
    expect(found.stdout).toContain('wal verify --repair');
    const mended = (await space.ok(['wal', 'verify', '--repair', '--json'])).json();
    expect(mended.healthy).toBe(true);
    expect(mended.repair).toEqual({
      snapshotsDropped: 1,
      chunksRemoved: 1,
      snapshotsTaken: 1,
      failed: [],
    });
    expect((await space.ok(['wal', 'verify', '--json'])).json().problems).toEqual([]);
    expect((await space.ok(['find', 'c', '--json'])).stdout).toBe('{"_id":1,"n":1}\n{"_id":2,"n":0}\n');
  });

  it('finds a snapshot of another moment in the place of one', async () => {
    await harm(async (opened) => {
      const all = await opened.snapshots.list();
      const other = all.find(({ branchId }) => branchId !== 2)!;
      const main = all.find(({ branchId }) => branchId === 2)!;
      await opened.snapshots.put({ ...main, root: other.root });
    });
    const { code, stdout } = await space.run(['wal', 'verify', '--json']);
    expect(code).toBe(5);
    expect(JSON.parse(stdout).problems).toEqual([
      {
        kind: 'snapshot',
        branch: 'shop~main',
        lsn: expect.any(Number) as number,
        problem: "collection 'c' holds other documents than the log says",
      },
    ]);
    await space.ok(['wal', 'verify', '--repair']);
    expect((await space.ok(['find', 'c', '--json'])).stdout).toBe('{"_id":1,"n":1}\n{"_id":2,"n":0}\n');
  });
});

it('names damage of the log, and leaves that alone', async () => {
  const space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'shop']);
  await space.ok(['run', '{"insert": "c", "documents": [{"_id": 1, "text": "find the needle"}]}']);
  const path = space.path('.argon/data.mdb');
  const bytes = await readFile(path);
  for (let at = bytes.indexOf('needle'); at >= 0; at = bytes.indexOf('needle', at)) bytes.write('noodle', at);
  await writeFile(path, bytes);
  const { code, stdout } = await space.run(['wal', 'verify', '--repair']);
  expect(code).toBe(5);
  expect(stdout).toMatch(/log of shop~main.*checksum/);
  expect(stdout).toContain('restore the store from a backup');
  expect((await readFile(path)).indexOf('noodle')).toBeGreaterThan(0);
  await space.remove();
});
