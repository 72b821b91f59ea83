import { sharedMongod } from '@argon/tools-mongod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REPLIES } from '../testing/replies';
import { openPrefixStage, type PrefixStage } from '../testing/stage';

describe('a traditional branch replies as a database of its own does', () => {
  let stage: PrefixStage;
  beforeEach(async () => {
    stage = await openPrefixStage((await sharedMongod()).uri);
  });
  afterEach(() => stage?.close());

  for (const [name, steps] of Object.entries(REPLIES)) {
    it(name, async () => {
      for (const branch of ['main', 'feature_x']) {
        await stage.branch({ insert: 'users', documents: [{ _id: `of ${branch}` }] }, branch);
      }
      const replies: unknown[] = [];
      const expected: unknown[] = [];
      let plain: Record<string, unknown> = {};
      let branch: Record<string, unknown> = {};
      for (const step of steps) {
        const wanted = await stage.plain(typeof step === 'function' ? step(plain) : step);
        const got = await stage.branch(typeof step === 'function' ? step(branch) : step);
        replies.push({ step, reply: got.text });
        expected.push({ step, reply: wanted.text });
        plain = wanted.reply;
        branch = got.reply;
      }
      expect(replies).toEqual(expected);
      for (const other of ['main', 'feature_x']) {
        const { reply } = await stage.branch({ find: 'users' }, other);
        expect((reply['cursor'] as { firstBatch: unknown }).firstBatch).toEqual([{ _id: `of ${other}` }]);
      }
    });
  }
});
