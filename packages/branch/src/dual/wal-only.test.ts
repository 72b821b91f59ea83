import { decodeDocument, encodeDocument, fromDoc, type Doc } from '@argon/bson';
import { Command, type CommandHandler } from '@argon/engine';
import { sharedMongod } from '@argon/tools-mongod';
import { NOBODY } from '@argon/wal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ARGON_COMMANDS } from '../commands/table';
import { openDualStage, openLegacyStage } from '../testing/branches/dual-stage';
import type { OpenedStage } from '../testing/branches/log-stage';
import { WalBranchService } from '../wal-mode/wal-branch-service';
import { standbyNameOf } from './standby';

type Plain = Readonly<Record<string, unknown>>;

const DAY = new Date('2026-01-31T12:00:00Z');

/** Commands that only the log has, on a traditional branch. */
const COMMANDS: readonly Plain[] = [
  { argonHistory: 1 },
  { argonHistory: 'items', id: 1 },
  { argonDiff: 'logged' },
  { argonDiff: 'main', to: 'logged' },
  { argonMerge: 'logged' },
  { argonMerge: 'logged', into: 'main', dryRun: true },
  { argonRestore: 1, to: 3 },
  { argonRestore: 1, to: DAY, collections: ['items'], dryRun: true },
  { argonListRestorePoints: 1 },
  { argonUndo: 1, lastRestore: true },
  { argonUndo: 1, commit: 3, dryRun: true },
  { argonTag: 'v1' },
  { argonListTags: 1 },
  { argonDeleteTag: 'v1' },
  { argonResetBranch: 1, to: 3 },
];

/** Commands of MongoDB's that a traditional branch knows, and its past does not. */
const AT_A_MOMENT: readonly Plain[] = [
  { find: 'items' },
  { aggregate: 'items', pipeline: [], cursor: {} },
  { count: 'items' },
  { distinct: 'items', key: 'n' },
  { listCollections: 1 },
  { listIndexes: 'items' },
  { explain: { find: 'items' } },
  { insert: 'items', documents: [{ _id: 1 }] },
  { dropDatabase: 1 },
];
const MOMENTS = ['shop@3', 'shop@2026-01-31T12-00-00Z'];

/** Commands of the log that name a traditional branch. */
const OF_ANOTHER: readonly Plain[] = [
  { argonMerge: 'main' },
  { argonMerge: 'main@3' },
  { argonMerge: 'logged', into: 'main' },
  { argonDiff: 'main' },
  { argonDiff: 'logged', to: 'main@3' },
  { argonResetBranch: 'main', to: 3 },
];

/** Branches of a traditional one's past. */
const FORKS: readonly Plain[] = [
  { argonCreateBranch: 'then', at: 3 },
  { argonCreateBranch: 'then', at: DAY },
  { argonCreateBranch: 'then', from: 'main', at: 3, useWal: true },
];

const stages: OpenedStage[] = [];
let dual: CommandHandler;
let legacy: CommandHandler;

beforeAll(async () => {
  const { uri } = await sharedMongod();
  const opened = await openDualStage(uri, 'traditional');
  const { store, materializer } = opened.parts.log.engine;
  await store.createProject({ name: 'shop', branchName: standbyNameOf('main'), actor: NOBODY });
  const from = standbyNameOf('main');
  await new WalBranchService(store, materializer).create('shop', 'logged', { from }, NOBODY);
  const alone = await openLegacyStage(uri);
  stages.push(opened, alone);
  [dual, legacy] = [opened.handler, alone.handler];
  for (const handler of [dual, legacy]) {
    expect(await ask(handler, 'shop', { insert: 'items', documents: [{ _id: 1 }] })).toMatchObject({ n: 1 });
  }
});
afterAll(async () => {
  for (const stage of stages) await stage.close();
});

async function ask(handler: CommandHandler, database: string, command: Plain): Promise<Plain> {
  const context = { connectionId: 1, actor: NOBODY };
  const reply = await handler.handle(Command.from(command, database), context);
  return fromDoc(decodeDocument(encodeDocument(reply as Doc)));
}

async function refused(handler: CommandHandler, database: string, command: Plain): Promise<void> {
  expect(await ask(handler, database, command)).toMatchObject({
    code: 115,
    codeName: 'CommandNotSupported',
    argonCode: 'ARGON_BRANCH_WAL_ONLY',
    argonData: { branch: 'main' },
    errmsg: expect.stringMatching(
      /^Could not .+: branch 'main' is a traditional one .+ Migrate it first \(argon migrate\), or create the branch with --use-wal\.$/,
    ) as string,
  });
}

const shown = (commands: readonly Plain[]) => commands.map((each) => [JSON.stringify(each), each] as const);

describe('what only the log has is one clear error on a traditional branch', () => {
  it('of all commands of Argon’s own, but for those of branches of both types', () => {
    const tested = new Set(COMMANDS.map((command) => Object.keys(command)[0]));
    const ofBoth = ['Create', 'Delete', 'Drop'].map((what) => `argon${what}Branch`);
    ofBoth.push('argonListBranches', 'argonStatus');
    expect([...tested, ...ofBoth].sort()).toEqual([...ARGON_COMMANDS.keys()].sort());
  });

  it.each(shown(COMMANDS))('%s', async (_, command) => {
    await refused(dual, 'shop', command);
    await refused(legacy, 'shop', command);
  });

  it.each(shown(AT_A_MOMENT))('%s of the past', async (_, command) => {
    for (const database of MOMENTS) {
      await refused(dual, database, command);
      await refused(legacy, database, command);
    }
  });

  it.each(shown(OF_ANOTHER))('%s on a branch in the log', async (_, command) => {
    await refused(dual, 'shop~logged', command);
  });

  it.each(shown(FORKS))('%s', async (_, command) => {
    await refused(dual, 'shop', command);
    await refused(dual, 'shop@3', { argonCreateBranch: 'then' });
  });

  it('and nothing was done', async () => {
    for (const handler of [dual, legacy])
      expect(await ask(handler, 'shop', { count: 'items' })).toMatchObject({ n: 1 });
    const { cursor } = await ask(dual, 'shop', { argonListBranches: 1 });
    const listed = (cursor as { firstBatch: { name: string }[] }).firstBatch;
    expect(listed.map(({ name }) => name)).toEqual(['main', 'logged']);
  });
});
