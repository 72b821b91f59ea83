import { join } from 'node:path';
import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { root } from '../workspace.mjs';
import { argonRules } from './plugin.mjs';

function problems(file: string, code: string, rules: Linter.RulesRecord): (string | undefined)[] {
  const linter = new Linter({ configType: 'flat', cwd: root });
  const config: Linter.Config = { files: ['**/*.ts'], plugins: { argon: argonRules }, rules };
  return linter.verify(code, config, join(root, file)).map(({ messageId, message }) => messageId ?? message);
}

describe('names', () => {
  it.each([
    ['packages/wal/src/utils/bytes.ts', ['nameless']],
    ['packages/wal/src/entry/helpers.ts', ['nameless']],
    ['packages/wal/src/common/misc/x.test.ts', ['nameless', 'nameless']],
    ['tools/mongod/src/server/shared.ts', []],
    ['packages/wal/src/entry/codec.ts', []],
  ])('%s', (file, expected) => {
    expect(problems(file, '', { 'argon/names': 'error' })).toEqual(expected);
  });
});

describe('file-length', () => {
  it('refuses more lines than allowed', () => {
    const rules: Linter.RulesRecord = { 'argon/file-length': ['error', { max: 3 }] };
    expect(problems('packages/wal/src/a.ts', '1;\n2;\n3;', rules)).toEqual([]);
    expect(problems('packages/wal/src/a.ts', '1;\n2;\n3;\n4;', rules)).toEqual(['long']);
  });
});
