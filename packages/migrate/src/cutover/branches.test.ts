import { anyBranchSuite, openDualStage, type BranchSubject, type DualStage } from '@argon/branch/testing';
import { standbyNameOf } from '@argon/branch/dual';
import { sharedMongod } from '@argon/tools-mongod';
import { NOBODY } from '@argon/wal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mirror } from '../mirror/mirror';
import { prefixSite, type Site } from '../site/site';
import { verify } from '../verify/verify';
import { bringIn } from './bring-in';
import { SiteCrossing } from './site-crossing';
import { standbyOf } from './standby-branch';

const test = { describe, it };
/** Branches that are copied, of a project that has prefixed collections. */
const COPIED = { copies: true, projects: 'kept' } as const;
const MAIN = standbyNameOf('main');

type Subject = Omit<BranchSubject, 'stage' | 'settled' | 'test'>;

async function openStage(main: 'wal' | 'traditional'): Promise<DualStage> {
  return openDualStage((await sharedMongod()).uri, main, (parts) => new SiteCrossing(parts));
}

/** Branches are made, renamed and deleted while the log follows `main`; after each test it holds what that holds. */
function followedSuite(subject: Subject): void {
  describe(subject.name, () => {
    let stage: DualStage;
    let site: Site;
    let mirror: Mirror;
    let following: Promise<void>;
    const stop = new AbortController();

    beforeAll(async () => {
      stage = await openStage('traditional');
      const { parts } = stage;
      site = await prefixSite(parts.directory, 'main');
      await standbyOf(parts, 'main', null, NOBODY);
      mirror = await bringIn(parts, MAIN, site, {});
      following = mirror.follow(stop.signal);
      following.catch(() => undefined);
    });
    afterAll(async () => {
      stop.abort();
      await following;
      expect(mirror.status().events).toBeGreaterThan(100);
      await mirror.close();
      await stage.close();
    });

    async function verifyMain(): Promise<void> {
      await mirror.caughtUpTo(await mirror.now());
      const { lsn, time } = mirror.shown;
      const { engine } = stage.parts.log;
      const request = { engine, project: stage.project, branch: MAIN, site, at: { lsn }, time };
      const report = await verify(request);
      expect(report.collections.filter(({ equal }) => !equal)).toEqual([]);
    }

    anyBranchSuite({ ...subject, stage: () => stage, settled: verifyMain, test });
  });
}

followedSuite({ name: 'traditional branches of one that the log follows', type: 'traditional', ...COPIED });

followedSuite({ name: 'branches in the log of a traditional one', type: 'wal', isTold: true, ...COPIED });

describe('the other way', () => {
  let stage: DualStage;
  beforeAll(async () => {
    stage = await openStage('wal');
  });
  afterAll(() => stage?.close());
  anyBranchSuite({
    name: 'traditional branches of one in the log',
    ...{ type: 'traditional', isTold: true, ...COPIED },
    stage: () => stage,
    test,
  });
});
