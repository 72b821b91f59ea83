import { describe, expect, it } from 'vitest';
import { Cursors } from './cursors';

async function* documents(count: number, size = 10): AsyncGenerator<readonly Uint8Array[]> {
  for (let i = 0; i < count; i += 7)
    yield Array.from({ length: Math.min(7, count - i) }, () => new Uint8Array(size));
}

const open = (cursors: Cursors, count: number, size?: number, noTimeout = false) =>
  cursors.open(documents(count, size), 'db.c', 1, noTimeout);

describe('cursors', () => {
  it('hand out everything once, in the sizes asked for', async () => {
    const cursors = new Cursors({ maxOpen: 10, idleMs: 1000 });
    const cursor = open(cursors, 20);
    const sizes = [];
    for (let limit = 1; !cursor.exhausted; limit++) sizes.push((await cursor.next(limit)).length);
    expect(sizes).toEqual([1, 2, 3, 4, 5, 5]);
  });

  it('end a batch before its bytes grow too many, and never hand out none while some are left', async () => {
    const cursors = new Cursors({ maxOpen: 10, idleMs: 1000 });
    const cursor = open(cursors, 5, 9 * 1024 * 1024);
    expect((await cursor.next(100)).length).toBe(1);
    expect((await cursor.next(100)).length).toBe(1);
  });

  it('are bounded in number and closed when idle', async () => {
    const cursors = new Cursors({ maxOpen: 2, idleMs: 1000 });
    const idle = open(cursors, 20);
    const kept = open(cursors, 20, 10, true);
    expect(() => open(cursors, 1)).toThrow(/Too many open cursors/);
    cursors.expire(Date.now() + 2000);
    expect(() => cursors.get(idle.id)).toThrowError(expect.objectContaining({ codeName: 'CursorNotFound' }));
    expect(cursors.get(kept.id)).toBe(kept);
    expect(await cursors.kill(kept.id)).toBe(true);
    expect(await cursors.kill(kept.id)).toBe(false);
    expect(cursors.size).toBe(0);
  });
});
