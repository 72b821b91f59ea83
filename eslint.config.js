import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';
import { argonRules } from './tools/checks/src/rules/plugin.mjs';

/** Core rules that find mistakes; @eslint/js, which lists them, would be one more dependency for a list. */
const mistakes = [
  'no-async-promise-executor',
  'no-case-declarations',
  'no-cond-assign',
  'no-constant-binary-expression',
  'no-constant-condition',
  'no-control-regex',
  'no-debugger',
  'no-empty',
  'no-empty-character-class',
  'no-empty-pattern',
  'no-extra-boolean-cast',
  'no-fallthrough',
  'no-irregular-whitespace',
  'no-loss-of-precision',
  'no-misleading-character-class',
  'no-new-wrappers',
  'no-proto',
  'no-prototype-builtins',
  'no-regex-spaces',
  'no-self-assign',
  'no-sparse-arrays',
  'no-template-curly-in-string',
  'no-unreachable-loop',
  'no-unsafe-finally',
  'no-unsafe-optional-chaining',
  'no-useless-backreference',
  'no-useless-catch',
  'no-useless-escape',
  'require-yield',
  'use-isnan',
  'valid-typeof',
];

const sources = ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts', 'tools/*/src/**/*.ts'];
const tests = ['**/*.test.ts', '**/*.test-d.ts', '**/testing/**'];

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.nx/', '.cache/', 'reports/', '**/.argon/'] },
  {
    files: ['**/*.{ts,mjs,js}'],
    extends: [tseslint.configs.recommended],
    plugins: { argon: argonRules },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'argon/imports': 'error',
      'argon/names': 'error',
      'argon/file-length': ['error', { max: 400 }],
      'max-lines': ['warn', { max: 300 }],
      ...Object.fromEntries(mistakes.map((rule) => [rule, 'error'])),
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportAllDeclaration:not([exported])',
          message: 'Name what is exported: `export *` hides it.',
        },
        { selector: 'TSEnumDeclaration', message: 'Use a union of literals or a const object.' },
      ],
      'no-restricted-globals': ['error', { name: 'eval' }],
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'object-shorthand': 'error',
      'prefer-const': ['error', { destructuring: 'all' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none', ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: sources,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
    },
  },
  // A library does not write to its user's terminal.
  { files: ['packages/*/src/**/*.ts'], ignores: tests, rules: { 'no-console': 'error' } },
  {
    files: tests,
    rules: {
      'max-lines': 'off',
      'argon/file-length': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
    },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
  prettier,
);
