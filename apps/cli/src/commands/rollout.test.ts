import { writeFile } from 'node:fs/promises';
import { ArgonClient } from '@argon/driver';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../testing/run';

const PLAN = `
phases:
  - name: internal testing
    percentage: 0
    criteria:
      minimumCommands: 10
      maximumFailures: 20%
      maximumMilliseconds: { write: { p99: 60000 } }
  - name: beta
    percentage: 10
    criteria: { minimumDays: 7 }
  - name: general availability
    percentage: 100
    existing: true
`;

let space: Workspace;
beforeEach(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'shop']);
  await writeFile(space.path('rollout.yaml'), PLAN);
});
afterEach(() => space.remove());

const status = async () => (await space.ok(['rollout', 'status', '--json'])).json();
const settings = async () =>
  ((await space.ok(['config', 'list', '--json'])).json() as { settings: Record<string, string> }).settings;

/** Inserts as many documents, through a program that tells the store how it did. */
async function work(documents: number): Promise<void> {
  const client = new ArgonClient(space.path('.argon'));
  const items = client.db('shop').collection<{ _id: number }>('items');
  for (let _id = 0; _id < documents; _id++) await items.insertOne({ _id });
  await client.close();
}

describe('a rollout', () => {
  it('goes on from phase to phase as criteria are met, and back', async () => {
    expect(await status()).toMatchObject({
      phase: null,
      criteria: [],
      next: 'internal testing',
      mayAdvance: true,
    });
    const begun = await space.ok(['rollout', 'advance', '--yes', '--json']);
    expect(begun.json()).toMatchObject({ phase: 'internal testing', overridden: [] });
    expect(await settings()).toMatchObject({
      'wal.enabled': 'true',
      'wal.branches': 'false',
      'wal.newBranchesOnly': 'true',
      'rollout.phase': 'internal testing',
    });

    const early = await space.run(['rollout', 'advance', '--yes']);
    expect(early.code).toBe(4);
    expect(early.stderr).toContain('commands in the last day: 0, wanted at least 10');
    expect(early.stderr).toContain('commands that failed: none measured, wanted at most 20 %');
    await work(12);
    expect(await status()).toMatchObject({
      phase: 'internal testing',
      criteria: [
        { criterion: 'commands in the last day', found: '12', met: true },
        { criterion: 'commands that failed', found: '0 %', met: true },
        { criterion: 'p99 of writes', met: true },
      ],
      mayAdvance: true,
    });

    await space.ok(['rollout', 'advance', '--yes']);
    expect(await settings()).toMatchObject({ 'wal.branches': 'true', 'wal.percentage': '10' });
    const text = (await space.ok(['rollout', 'status'])).stdout;
    expect(text).toMatch(/Phase +beta \(2 of 3\), since .*: 10 of 100 new branches are in the log/);
    expect(text).toMatch(/✗ +days in this phase +at least 7 +0/);
    expect((await space.run(['rollout', 'advance', '--yes'])).code).toBe(4);
    await space.ok(['rollout', 'advance', '--yes', '--force']);
    expect(await settings()).toMatchObject({ 'wal.percentage': '100', 'wal.newBranchesOnly': 'false' });
    expect((await space.ok(['rollout', 'status'])).stdout).toContain('the last phase');
    expect((await space.run(['rollout', 'advance', '--yes'])).code).toBe(2);

    await space.ok(['rollout', 'back', '--yes']);
    expect(await settings()).toMatchObject({ 'wal.percentage': '10', 'rollout.phase': 'beta' });
    await space.ok(['rollout', 'back', '--yes']);
    await space.ok(['rollout', 'back', '--yes']);
    expect(await settings()).toMatchObject({ 'wal.enabled': 'false' });
    expect(await settings()).not.toHaveProperty('rollout.phase');
    expect((await space.run(['rollout', 'back', '--yes'])).code).toBe(2);
  });

  it('asks before it changes anything, and shows what', async () => {
    const asked = await space.run(['rollout', 'advance']);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('wal.enabled: – → true');
    expect(await settings()).toMatchObject({ 'wal.enabled': 'false' });
    const told = await space.ok(['rollout', 'advance', '--yes'], { env: { ENABLE_WAL: 'false' } });
    expect(told.stderr).toContain("ENABLE_WAL goes before 'wal.enabled' in the file");
  });

  it('says what is wrong with its plan', async () => {
    await writeFile(space.path('rollout.yaml'), 'phases: [{ name: a, percentage: 120 }]');
    const told = await space.run(['rollout', 'status']);
    expect(told.code).toBe(2);
    expect(told.stderr).toContain('phases.0.percentage');
    expect((await space.run(['rollout', 'status', '--plan', 'none.yaml'])).code).toBe(3);
    await writeFile(space.path('other.yaml'), PLAN.replaceAll('beta', 'gamma'));
    await space.ok(['rollout', 'advance', '--yes', '--plan', 'other.yaml']);
    await space.ok(['rollout', 'advance', '--yes', '--force', '--plan', 'other.yaml']);
    await writeFile(space.path('rollout.yaml'), PLAN);
    const lost = await space.run(['rollout', 'status']);
    expect(lost.code).toBe(2);
    expect(lost.stderr).toContain("in phase 'gamma'");
  });
});
