import { storeKinds, type StoreFixture } from '@argon/driver/testing';
import { sharedMongod } from '@argon/tools-mongod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../../testing/run';

const kinds = storeKinds(async () => (await sharedMongod()).uri).filter(({ shared }) => shared);

interface Line {
  readonly lsn: { readonly $numberLong: string };
  readonly user: string;
  readonly time: unknown;
  readonly entries: readonly object[];
}

describe.each(kinds)('wal export and import on the $name store', (kind) => {
  let store: StoreFixture;
  let space: Workspace;

  beforeEach(async () => {
    store = await kind.make();
    space = await makeWorkspace(store.address);
    await space.ok(['init']);
    await space.ok(['project', 'create', 'shop']);
    await space.ok([
      'run',
      '{"insert": "c", "documents": [{"_id": 1, "n": {"$numberLong": "1"}}, {"_id": 2}]}',
    ]);
    await space.ok(['branch', 'create', 'fork']);
    await space.ok(['use', 'shop~fork']);
    await space.ok(['run', '{"update": "c", "updates": [{"q": {"_id": 1}, "u": {"$set": {"n": 2.5}}}]}']);
    const early = (await space.ok(['branch', 'info', 'fork', '--json'])).json().branch.headLsn as number;
    await space.ok(['run', '{"delete": "c", "deletes": [{"q": {"_id": 2}, "limit": 1}]}']);
    await space.ok(['branch', 'reset', 'fork', '--to-lsn', String(early), '--yes']);
    await space.ok([
      'run',
      '{"insert": "c", "documents": [{"_id": 3, "at": {"$date": "2026-01-31T12:00:00Z"}}]}',
    ]);
  });
  afterEach(async () => {
    await space.remove();
    await store.remove();
  });

  /** Each commit of a branch: who, when, and what the branch showed. */
  async function story(project: string): Promise<object[]> {
    const { stdout } = await space.ok(['wal', 'export', '-p', project, '-b', 'fork']);
    const commits = stdout
      .trim()
      .split('\n')
      .slice(1, -1)
      .map((line) => JSON.parse(line) as Line);
    return Promise.all(
      commits.map(async ({ lsn, user, time }) => {
        const at = ['--at', lsn.$numberLong, '-p', project, '-b', 'fork', '--canonical'];
        return { user, time, shown: (await space.ok(['find', 'c', ...at])).stdout };
      }),
    );
  }

  it.each(['json', 'ndjson', 'bson', 'bson.gz'])('takes a branch through %s as it was', async (ending) => {
    const file = `fork.${ending}`;
    const told = (await space.ok(['wal', 'export', '--out', file, '--json'])).json();
    expect(told).toMatchObject({ project: 'shop', branch: 'fork', file, entries: 7 });
    const done = (await space.ok(['wal', 'import', file, '--project', 'copy', '--json'])).json();
    expect(done).toMatchObject({ project: 'copy', branch: 'fork', commits: 5, timesKept: true, notes: 0 });
    expect(await story('copy')).toEqual(await story('shop'));
    expect((await space.ok(['wal', 'verify', '--json'])).json().problems).toEqual([]);
  });

  it('pipes a part of it, and says that times are new where there is history already', async () => {
    const { headLsn, baseLsn } = (await space.ok(['branch', 'info', 'fork', '--json'])).json().branch;
    const { bytes } = await space.ok(['wal', 'export', '--from', String(headLsn - 1), '--format', 'bson']);
    const { stdout } = await space.ok(
      ['wal', 'import', '-', '--format', 'bson', '--project', 'shop', '--branch', 'part'],
      { stdin: bytes },
    );
    expect(stdout).toMatch(/Imported \d+ commits .* into shop~part\n/);
    expect(stdout).toContain('Their times are those of the import');
    expect((await space.ok(['find', 'c', '-b', 'part'])).stdout).toBe((await space.ok(['find', 'c'])).stdout);
    const above = await space.ok(['wal', 'export', '--to', String(baseLsn)]);
    expect(above.stdout.trim().split('\n')).toHaveLength(3);
  });

  it('leaves nothing behind of what cannot be taken, or was stopped', async () => {
    const { stdout } = await space.ok(['wal', 'export']);
    const lines = stdout.trim().split('\n');
    lines.splice(2, 1);
    const harmed = await space.run(['wal', 'import', '-', '-p', 'copy'], { stdin: lines.join('\n') });
    expect(harmed).toMatchObject({ code: 1 });
    expect(harmed.stderr).toContain('ARGON_BRANCH_TRANSFER_FORMAT');
    const stopped = new AbortController();
    stopped.abort();
    const cut = await space.run(['wal', 'import', '-', '-p', 'copy'], {
      stdin: stdout,
      signal: stopped.signal,
    });
    expect(cut.code).toBe(130);
    expect((await space.run(['wal', 'import', '-', '-p', 'shop'], { stdin: stdout })).code).toBe(4);
    const { projects } = (await space.ok(['project', 'list', '--json'])).json();
    expect(projects).toMatchObject([{ name: 'shop', branches: 2 }]);
  });
});
