import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../testing/run';

let space: Workspace;
beforeAll(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'shop']);
  await space.ok(['import', '-', '-c', 'n'], {
    stdin: Array.from(
      { length: 2500 },
      (_, i) => `{"_id": ${i}, "long": {"$numberLong": "${i}"}, "d": ${i}.0}\n`,
    ).join(''),
  });
});
afterAll(() => space.remove());

describe('find', () => {
  it('shows documents, readable or a line each, types and all', async () => {
    const human = await space.ok(['find', 'n', '--limit', '1']);
    expect(human.stdout).toBe('{\n  "_id": 0,\n  "long": 0,\n  "d": 0.0\n}\n');
    const json = await space.ok(['find', '-c', 'n', '--limit', '1', '--json']);
    expect(json.stdout).toBe('{"_id":0,"long":{"$numberLong":"0"},"d":0.0}\n');
    const canonical = await space.ok(['find', 'n', '--limit', '1', '--json', '--canonical']);
    expect(canonical.stdout).toBe(
      '{"_id":{"$numberInt":"0"},"long":{"$numberLong":"0"},"d":{"$numberDouble":"0.0"}}\n',
    );
  });

  it('goes through all batches, filters, sorts, skips, projects', async () => {
    const all = await space.ok(['find', 'n', '--json']);
    expect(all.stdout.split('\n')).toHaveLength(2501);
    const some = await space.ok([
      ...['find', 'n', '--json', '--filter', '{"_id": {"$gte": 100}}', '--sort', '{"_id": -1}'],
      ...['--skip', '1', '--limit', '2', '--projection', '{"_id": 1}'],
    ]);
    expect(some.stdout).toBe('{"_id":2498}\n{"_id":2497}\n');
  });

  it('finds nothing, and says so by silence', async () => {
    expect((await space.ok(['find', 'n', '--filter', '{"no": 1}'])).stdout).toBe('');
  });

  it('says what is wrong with a query', async () => {
    const told = await space.run(['find', 'n', '--filter', '{"$nope": 1}']);
    expect(told.code).toBe(1);
    expect(told.stderr).toContain('unknown top level operator: $nope');
    const json = await space.run(['find', 'n', '--filter', '{"$nope": 1}', '--json']);
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { data: { code: 2, codeName: 'BadValue' } } });
    const unnamed = await space.run(['find']);
    expect(unnamed.code).toBe(2);
    expect(unnamed.stderr).toContain('this branch has n');
  });
});

describe('run', () => {
  it('runs any command, and shows its reply', async () => {
    expect((await space.ok(['run', '{"count": "n"}', '--json'])).stdout).toBe('{"n":2500,"ok":1.0}\n');
    expect((await space.ok(['run', '-', '--json'], { stdin: '{"count": "n"}' })).stdout).toBe(
      '{"n":2500,"ok":1.0}\n',
    );
    expect((await space.ok(['run', '{"ping": 1}', '--json'])).stdout).toBe('{"ok":1.0}\n');
    const databases = (
      await space.ok(['run', '{"listDatabases": 1, "nameOnly": true}', '--json'])
    ).json() as object;
    expect(databases).toMatchObject({ databases: [{ name: 'shop' }] });
  });

  it('on a branch and at a moment, by options or by $db', async () => {
    await space.ok(['branch', 'create', 'b']);
    await space.ok(['run', '{"delete": "n", "deletes": [{"q": {}, "limit": 0}]}', '-b', 'b']);
    const n = async (...argv: string[]) => (await space.ok(['run', ...argv, '--json'])).json().n as number;
    expect(await n('{"count": "n"}', '-b', 'b')).toBe(0);
    expect(await n('{"count": "n", "$db": "shop~b"}')).toBe(0);
    expect(await n('{"count": "n"}')).toBe(2500);
    const { baseLsn } = (await space.ok(['branch', 'info', 'b', '--json'])).json().branch as {
      baseLsn: number;
    };
    expect(await n('{"count": "n"}', '-b', 'b', '--at', String(baseLsn))).toBe(2500);
    const past = await space.run(['run', '{"insert": "n", "documents": [{}]}', '--at', String(baseLsn)]);
    expect(past.code).toBe(1);
    expect(past.stderr).toContain('read-only');
  });

  it('fails as the command does: refused, unknown, partly', async () => {
    const unknown = await space.run(['run', '{"frobnicate": 1}']);
    expect(unknown.stderr).toContain("no such command: 'frobnicate'");
    expect(unknown.code).toBe(1);
    const duplicate = await space.run([
      'run',
      '{"insert": "n", "documents": [{"_id": -1}, {"_id": 1}]}',
      '--json',
    ]);
    expect(JSON.parse(duplicate.stdout)).toMatchObject({ n: 1, writeErrors: [{ index: 1, code: 11000 }] });
    expect(JSON.parse(duplicate.stderr)).toMatchObject({ error: { data: { code: 11000 } } });
    expect(duplicate.code).toBe(4);
    expect((await space.run(['run', '{"drop": "nothing"}'])).code).toBe(3);
  });
});

it('memory: is a store of the process alone', async () => {
  const status = await space.ok(['status', '--store', 'memory:', '--json']);
  expect(status.json()).toMatchObject({
    store: { kind: 'memory' },
    currentLsn: 0,
    project: null,
    branch: null,
  });
  const inserted = await space.run(['import', '-', '-c', 'c', '-p', 'x', '--create', '-s', 'memory:'], {
    stdin: '{}',
  });
  expect(inserted.stdout).toContain('Imported 1 document into c');
});
