import { join } from 'node:path';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { projects, root } from '../workspace.mjs';
import { importsRule } from './imports.mjs';

const known = projects();
const server = { ...known.find(({ id }) => id === 'engine')!, name: '@argon/server', id: 'server' };
server.folder = join(root, 'packages', 'server');
const rule = importsRule([...known, server]);

/** The ids of what is wrong with one line of code in a file. */
function problems(file: string, code: string): (string | undefined)[] {
  const linter = new Linter({ configType: 'flat', cwd: root });
  const config: Linter.Config = {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { argon: { rules: { imports: rule } } },
    rules: { 'argon/imports': 'error' },
  };
  return linter.verify(code, config, join(root, file)).map(({ messageId, message }) => messageId ?? message);
}

describe('imports', () => {
  it.each([
    ['packages/engine/src/plan/plan.ts', `import type { Value } from '@argon/bson';`],
    ['packages/engine/src/plan/plan.ts', `import { memoryStore } from '@argon/wal/memory';`],
    ['packages/engine/src/plan/plan.ts', `export { x } from '../handler/contract';`],
    ['packages/engine/src/plan/plan.test.ts', `import { it } from 'vitest';`],
    ['packages/engine/src/plan/plan.test.ts', `import { sharedMongod } from '@argon/tools-mongod';`],
    ['packages/wal/src/testing/suite.ts', `import fc from 'fast-check';`],
    ['packages/engine/vitest.config.ts', `import { sharedTests } from '../../vitest.shared.ts';`],
    ['packages/server/src/wire/message.ts', `import { CommandError } from '@argon/engine';`],
    ['apps/cli/src/main.ts', `import { ArgonClient } from '@argon/driver';`],
    ['apps/bench/src/main.ts', `import { startMongod } from '@argon/tools-mongod';`],
    ['packages/wal/src/store/open.ts', `const { MongoClient } = await import('mongodb');`],
  ])('%s may: %s', (file, code) => {
    expect(problems(file, code)).toEqual([]);
  });

  it.each([
    ['packages/wal/src/log/log.ts', `import { Materializer } from '@argon/materializer';`, 'upwards'],
    ['packages/bson/src/value.ts', `export type { Entry } from '@argon/wal';`, 'upwards'],
    ['packages/wal/src/log/log.ts', `const engine = await import('@argon/engine');`, 'upwards'],
    ['packages/wal/src/log/log.ts', `type E = import('@argon/engine').CommandError;`, 'upwards'],
    ['packages/server/src/wire/message.ts', `import { ArgonClient } from '@argon/driver';`, 'upwards'],
    ['packages/branch/src/service.ts', `import { main } from '@argon/cli';`, 'upwards'],
    ['packages/wal/src/log/log.test.ts', `import { Materializer } from '@argon/materializer';`, 'upwards'],
    ['packages/engine/src/plan/plan.ts', `import { x } from '@argon/wal/src/entry/entry';`, 'deep'],
    ['apps/cli/src/main.ts', `import { x } from '@argon/wal/store/lmdb';`, 'deep'],
    ['packages/engine/src/plan/plan.ts', `import { x } from '../../../wal/src/entry/entry';`, 'outside'],
    ['packages/engine/src/plan/plan.ts', `import { x } from '@argon/engine';`, 'self'],
    ['packages/engine/src/plan/plan.ts', `import { expect } from 'vitest';`, 'tool'],
    ['packages/engine/src/plan/plan.ts', `import { startMongod } from '@argon/tools-mongod';`, 'tool'],
  ])('%s may not: %s', (file, code, problem) => {
    expect(problems(file, code)).toEqual([problem]);
  });
});
