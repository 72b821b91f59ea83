import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeWorkspace, type Workspace } from '../testing/run';

let space: Workspace;

beforeAll(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'shop']);
});

afterAll(() => space.remove());

const LINES = Array.from({ length: 3000 }, (_, i) => `{"_id": ${i}}\n`).join('');

/** A signal that is aborted when it is looked at for the nth time: as if Ctrl-C had come just before. */
function abortedAtLook(n: number): { signal: AbortSignal; looks: () => number } {
  const controller = new AbortController();
  const aborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')!.get!;
  let looks = 0;
  Object.defineProperty(controller.signal, 'aborted', {
    get() {
      if (++looks === n) controller.abort();
      return aborted.call(controller.signal) as boolean;
    },
  });
  return { signal: controller.signal, looks: () => looks };
}

it('is told as a stopped import, and leaves nothing, wherever Ctrl-C comes', async () => {
  const whole = abortedAtLook(Infinity);
  await space.ok(['import', '-', '-c', 'whole'], { stdin: LINES, signal: whole.signal });
  expect(whole.looks()).toBeGreaterThan(20);
  for (let look = 1; look < whole.looks(); look++) {
    const { signal } = abortedAtLook(look);
    const told = await space.run(['import', '-', '-c', 'c'], { stdin: LINES, signal });
    // Before the first and after the last batch there is nothing to stop.
    if (told.code === 0) {
      await space.ok(['run', JSON.stringify({ drop: 'c' })]);
      continue;
    }
    expect(told.stderr).toContain('The import was stopped');
    expect(told.stderr).not.toContain('others wrote');
    expect(told.code).toBe(130);
  }
  const { collections } = (await space.ok(['branch', 'info', '--json'])).json();
  expect(collections.map(({ name }: { name: string }) => name)).toEqual(['whole']);
});
