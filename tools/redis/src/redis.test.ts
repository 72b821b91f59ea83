import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findRedis, firstThatRuns } from './find';
import { startRedis } from './start';

const binary = await findRedis();

describe('finding a redis-server', () => {
  it('takes the first that runs', async () => {
    const sources = [async () => undefined, () => Promise.reject(new Error('no')), async () => '/bin/true'];
    expect(await firstThatRuns(sources)).toBeUndefined();
    expect(await firstThatRuns([])).toBeUndefined();
    if (binary !== undefined) expect(await firstThatRuns([...sources, async () => binary])).toBe(binary);
  });
});

describe('where there is none', () => {
  beforeEach(() => {
    vi.resetModules();
    vi.doMock('./find', () => ({ findRedis: async () => undefined }));
  });
  afterEach(() => {
    vi.doUnmock('./find');
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('tests skip, and it is reported once', async () => {
    vi.stubEnv('CI', '');
    vi.stubEnv('ARGON_TEST_REDIS_URL', '');
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { redisOrSkip } = await import('./or-skip');
    expect(await redisOrSkip()).toBeUndefined();
    expect(await redisOrSkip()).toBeUndefined();
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.lastCall?.[0]).toMatch(/skipped.*apt-get install redis-server/);
  });

  it('one that runs already is used for what can be done with it', async () => {
    vi.stubEnv('CI', '');
    vi.stubEnv('ARGON_TEST_REDIS_URL', 'redis://127.0.0.1:1');
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { redisOrSkip } = await import('./or-skip');
    expect(await redisOrSkip()).toEqual({ url: 'redis://127.0.0.1:1', binary: undefined });
    expect(warn.mock.lastCall?.[0]).toMatch(/of their own are skipped/);
  });

  it('nothing is skipped in CI', async () => {
    vi.stubEnv('CI', 'true');
    const { redisOrSkip } = await import('./or-skip');
    await expect(redisOrSkip()).rejects.toThrow(/No redis-server/);
  });
});

describe.skipIf(binary === undefined)('startRedis', () => {
  let temporary: string;
  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'argon-start-'));
    vi.stubEnv('TMPDIR', temporary);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(temporary, { recursive: true, force: true });
  });

  it('starts one on loopback, again on the same port after a kill, and leaves nothing behind', async () => {
    const first = await startRedis();
    expect(first.url).toBe(`redis://127.0.0.1:${first.port}`);
    await first.kill();
    const second = await startRedis({ port: first.port });
    expect(second.port).toBe(first.port);
    await Promise.all([first.stop(), second.stop()]);
    expect(() => process.kill(second.pid, 0)).toThrow();
    expect(await readdir(temporary)).toEqual([]);
  });
});
