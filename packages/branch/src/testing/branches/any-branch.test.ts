import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedMongod } from '@argon/tools-mongod';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { anyBranchSuite } from './any-branch-suite';
import { openDualStage, openLegacyStage } from './dual-stage';
import { openLogStage, type OpenedStage } from './log-stage';
import type { BranchSubject } from './subject';

const test = { describe, it };

/** Runs the suite on a stage that all its tests share. */
function suite(subject: Omit<BranchSubject, 'stage' | 'test'>, open: () => Promise<OpenedStage>): void {
  describe(subject.name, () => {
    let stage: OpenedStage;
    beforeAll(async () => {
      stage = await open();
    });
    afterAll(() => stage?.close());
    anyBranchSuite({ ...subject, stage: () => stage, test });
  });
}

const LOGGED = { type: 'wal', copies: false, projects: 'gone' } as const;
const TRADITIONAL = { type: 'traditional', copies: true } as const;
const mongod = async () => (await sharedMongod()).uri;

suite({ name: 'the log in memory', ...LOGGED }, () => openLogStage('memory:', false));

suite({ name: 'the log in LMDB', ...LOGGED }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'argon-branches-'));
  const stage = await openLogStage(`lmdb:${join(folder, 'store')}`, true);
  return {
    ...stage,
    close: async () => {
      await stage.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});

suite({ name: 'the log in MongoDB', ...LOGGED }, async () => {
  const uri = await mongod();
  const name = `argon_branches_log_${process.pid}`;
  const address = new URL(uri);
  address.pathname = `/${name}`;
  const stage = await openLogStage(address.toString(), true);
  return {
    ...stage,
    close: async () => {
      await stage.close();
      const client = await new MongoClient(uri).connect();
      await client.db(name).dropDatabase();
      await client.close();
    },
  };
});

suite({ name: 'a legacy database', ...TRADITIONAL, projects: 'none' }, async () =>
  openLegacyStage(await mongod()),
);

suite({ name: 'dual mode with traditional branches', ...TRADITIONAL, projects: 'kept' }, async () =>
  openDualStage(await mongod(), 'traditional'),
);

suite({ name: 'dual mode with branches in the log', ...LOGGED, projects: 'empty' }, async () =>
  openDualStage(await mongod(), 'wal'),
);
