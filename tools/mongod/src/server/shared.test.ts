import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MongodNotFoundError } from '../errors';
import { findMongod } from '../find/find';
import { SHARED_URI } from './shared';

vi.mock('../find/find', async (original) => ({ ...(await original<object>()), findMongod: vi.fn() }));
const { findMongod: search } = await vi.importActual<typeof import('../find/find')>('../find/find');
const binary = await search();

describe('the shared mongod', () => {
  beforeEach(() => {
    vi.resetModules();
    vi.stubEnv('CI', '');
    vi.stubEnv(SHARED_URI, '');
    vi.mocked(findMongod).mockReset();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('is the one that the environment names, and then none is looked for', async () => {
    vi.stubEnv(SHARED_URI, 'mongodb://127.0.0.1:1/?replicaSet=given');
    const { sharedMongod } = await import('./shared');
    expect(await sharedMongod()).toEqual({ uri: 'mongodb://127.0.0.1:1/?replicaSet=given' });
    expect(findMongod).not.toHaveBeenCalled();
  });

  it('is reported once, and tests skip, where no mongod is to be had', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { mongodOrSkip } = await import('./or-skip');
    expect(await mongodOrSkip()).toBeUndefined();
    expect(await mongodOrSkip()).toBeUndefined();
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.lastCall?.[0]).toMatch(/skipped.*MONGOMS_SYSTEM_BINARY/);
  });

  it('is never skipped in CI', async () => {
    vi.stubEnv('CI', 'true');
    const { mongodOrSkip } = await import('./or-skip');
    await expect(mongodOrSkip()).rejects.toThrow(expect.objectContaining({ name: MongodNotFoundError.name }));
  });

  it.skipIf(binary === undefined)(
    'ends with the process that started it, also when that is killed',
    async () => {
      const main = new URL('../main.ts', import.meta.url).pathname;
      const child = spawn(process.execPath, ['--conditions=@argon/source', '--import', 'tsx', main], {
        env: { ...process.env, MONGOMS_SYSTEM_BINARY: binary },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const { uri, pid } = JSON.parse(String(line)) as { uri: string; pid: number };
      expect(uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/\?replicaSet=argon$/);
      expect(process.kill(pid, 0)).toBe(true);
      child.kill('SIGKILL');
      await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), {
        timeout: 20_000,
        interval: 200,
      });
    },
  );
});
