import { run } from '@argon/branch/prefix';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStage, type Stage } from '../testing/stage';
import { ChangeStream } from './change-stream';
import { compareTimes, operationTime } from './cluster-time';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

it('does not say that it has come further than what it gave, from the moment on that it is opened', async () => {
  const now = async () => operationTime(await run(stage.database, { ping: 1 }));
  for (let i = 0; i < 5; i++) {
    await stage.db.collection<{ _id: number }>('people').insertOne({ _id: 2 * i });
    const stream = await ChangeStream.open(stage.site);
    // The very next time that there is.
    await stage.db.collection<{ _id: number }>('people').insertOne({ _id: 2 * i + 1 });
    expect(compareTimes(stream.time, await now())).toBeLessThan(0);
    const keys: string[] = [];
    while (compareTimes(stream.time, await now()) < 0)
      for (const event of await stream.next(20)) if (event.kind === 'document') keys.push(String(event.id));
    expect(keys.at(-1)).toBe(String(2 * i + 1));
    await stream.close();
  }
});
