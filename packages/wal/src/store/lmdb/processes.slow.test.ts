import { builtProgram } from '@argon/tools-programs';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { verifyStore } from '../../log/verify';
import { commitOf, insertion } from '../../testing/drafts';
import { newProject, push, read } from '../../testing/fixture';
import { contentionTest } from '../../testing/processes/contention';
import { crashTest } from '../../testing/processes/crash';
import { openStore } from '../open';

const [crashWriter, contender, founder, opener] = (
  ['crash-writer', 'contender', 'founder', 'opener'] as const
).map((name) => builtProgram(new URL(`../../testing/processes/${name}.ts`, import.meta.url)));
const folders: string[] = [];

async function address(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'argon-processes-'));
  folders.push(folder);
  return `lmdb:${folder}`;
}

afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

it('24 processes open a store at once that none has made yet', async () => {
  const place = await address();
  const run = promisify(execFile);
  const names = Array.from({ length: 24 }, (_, i) => `project-${i}`);
  await Promise.all(names.map((name) => run(process.execPath, [founder!, place, name])));
  const store = await openStore(place, { create: false });
  expect((await store.projects()).map((project) => project.name)).toEqual([...names].sort());
  expect(await store.lastLsn()).toBe(48);
  expect((await verifyStore(store)).problems).toEqual([]);
  await store.close();
}, 120_000);

it('a store that others open again and again loses no commit', async () => {
  const place = await address();
  const store = await openStore(place);
  const { main } = await newProject(store);
  let isOpening = true;
  const run = promisify(execFile);
  const opening = Promise.all(
    Array.from({ length: 3 }, () => run(process.execPath, [opener!, place, '300'])),
  ).finally(() => (isOpening = false));
  const ids: number[] = [];
  for (let id = 0; isOpening; id++) {
    const [commit] = await push(store, main.id, commitOf(insertion({ _id: id })));
    expect((await store.head(main.id)).lsn).toBe(commit!.lsn);
    ids.push(id);
  }
  await opening;
  expect((await read(store, main.id)).map((commit) => commit.entries[0]!.documentId)).toEqual(ids);
  expect((await verifyStore(store)).problems).toEqual([]);
  await store.close();
}, 120_000);

it('8 processes append to one branch and lose nothing', async () => {
  const { lost } = await contentionTest({
    address: await address(),
    program: contender!,
    processes: 8,
    commits: 100,
    entries: 3,
  });
  expect(lost).toBeGreaterThan(0);
}, 120_000);

it('200 kills at random moments lose nothing that was acknowledged', async () => {
  const run = async () =>
    crashTest({ address: await address(), program: crashWriter!, kills: 100, between: [10, 200] });
  const results = await Promise.all([run(), run()]);
  for (const { acknowledged, commits } of results) {
    expect(acknowledged).toBeGreaterThan(100);
    // What was committed just before a kill may not have been acknowledged any more.
    expect(commits).toBeGreaterThanOrEqual(acknowledged);
  }
}, 300_000);

it('nor do kills of processes whose commits come one by one, through the journal', async () => {
  const kill = async (options: { writers?: number; staysOpen?: boolean }) =>
    crashTest({
      address: await address(),
      program: crashWriter!,
      kills: 40,
      between: [10, 300],
      branches: 1,
      ...options,
    });
  const results = await Promise.all([kill({}), kill({ writers: 2, staysOpen: true })]);
  for (const { acknowledged, commits } of results) {
    expect(acknowledged).toBeGreaterThan(100);
    expect(commits).toBeGreaterThanOrEqual(acknowledged);
  }
}, 300_000);
