import { fileURLToPath } from 'node:url';
import { pymongoOrSkip } from '@argon/tools-clients';
import { sharedMongod } from '@argon/tools-mongod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../testing/serve';
import { runClient } from '../testing/run-client';

const PROGRAM = fileURLToPath(new URL('../testing/program.py', import.meta.url));
const python = await pymongoOrSkip();

describe.skipIf(python === undefined)('pymongo', () => {
  let served: Served;
  let mongod: string;
  beforeAll(async () => {
    served = await serve();
    mongod = (await sharedMongod()).uri;
  });
  afterAll(() => served.close());

  const run = async (uri: string, parts: readonly string[], options = '') => {
    const url = new URL(uri);
    if (options !== '') url.searchParams.append('compressors', options);
    const result = await runClient(python!, PROGRAM, url.toString(), `pymongo_${process.pid}`, ...parts);
    return { ...result, stdout: result.stdout.split('\n') };
  };

  it.each([{ parts: ['bulk', 'cursors', 'types', 'indexes', 'files', 'transactions'] }])(
    'does what it does on mongod: $parts',
    async ({ parts }) => {
      const [ours, theirs] = await Promise.all([run(served.server.uri, parts), run(mongod, parts)]);
      expect(theirs).toMatchObject({ code: 0, stderr: '' });
      expect(ours).toEqual(theirs);
    },
  );

  it.each(['snappy', 'zlib', 'zstd'])('compressed by %s', async (compressor) => {
    const [plain, compressed] = await Promise.all([
      run(mongod, ['bulk', 'files']),
      run(served.server.uri, ['bulk', 'files'], compressor),
    ]);
    expect(compressed).toEqual(plain);
    expect(compressed.code).toBe(0);
  });
});
