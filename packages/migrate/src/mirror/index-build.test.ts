import { decodeDocument } from '@argon/bson';
import { openIndexBuild } from '@argon/branch/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { differences } from '../testing/differences';
import { documentsOf, openStage, type Stage } from '../testing/stage';
import type { Mirror } from './mirror';

let stage: Stage;
let mirror: Mirror | undefined;
let stop: AbortController;

beforeEach(async () => {
  stage = await openStage();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await mirror?.close();
  mirror = undefined;
  await stage.close();
});

/** Follows until all that was done has come. */
async function caughtUp(): Promise<void> {
  await mirror!.caughtUpTo(await mirror!.now());
}

/** Of the branch. */
async function indexes(): Promise<readonly unknown[]> {
  const listed = await documentsOf(stage.log, { listIndexes: 'slow' });
  return listed.map((bytes) => decodeDocument(bytes).get('name'));
}

it.each(['before it is copied', 'while it is followed'])(
  'an index whose building fails is not there, begun %s',
  async (when) => {
    if (when === 'while it is followed') {
      mirror = await stage.mirror();
      await mirror.copy();
    }
    const goOn = await openIndexBuild(stage.database.client, stage.db);
    try {
      mirror ??= await stage.mirror();
      await mirror.copy();
      const following = mirror.follow(stop.signal);
      following.catch(() => undefined);
      await caughtUp();
      expect(await indexes()).toEqual(['_id_']);
    } finally {
      await goOn();
    }
    await caughtUp();
    expect(await indexes()).toEqual(['_id_']);
    await stage.db.collection('slow').createIndex({ k: -1 });
    await caughtUp();
    expect(await indexes()).toEqual(['_id_', 'k_-1']);
    expect(await differences(stage.log, stage.site)).toEqual([]);
  },
);
