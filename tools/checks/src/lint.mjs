import { availableParallelism } from 'node:os';
import { runProgram, stopPrograms } from './program.mjs';

/**
 * Everything that can be said about the sources without running them. `--fix` mends what can be mended and brings
 * the generated files up to date.
 */
const fix = process.argv.includes('--fix');
const update = fix ? ['--update'] : [];

/** What loads the workspace's TypeScript as it stands, without a build. */
const ON_SOURCES = ['--conditions=@argon/source', '--import', 'tsx'];

/** @type {readonly (readonly [name: string, command: string, ...args: string[]])[]} */
const steps = [
  ['eslint', 'eslint', '.', ...(fix ? ['--fix'] : [])],
  ['prettier', 'prettier', fix ? '--write' : '--check', '--log-level', 'warn', '.'],
  ['knip', 'knip', '--no-progress'],
  ['sherif', 'sherif', ...(fix ? ['--fix', '--no-install'] : [])],
  ['manifests', process.execPath, 'tools/checks/src/manifests.mjs'],
  ['public api', process.execPath, 'tools/checks/src/public-api.mjs', ...update],
  ['errors doc', process.execPath, 'tools/checks/src/errors-doc.mjs', ...update],
  ['cli doc', process.execPath, ...ON_SOURCES, 'tools/checks/src/cli-doc.mjs', ...update],
  ['compatibility', process.execPath, 'tools/checks/src/compatibility-doc.mjs', ...update],
  ['links', process.execPath, 'tools/checks/src/links.mjs'],
];

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    stopPrograms();
    process.exit(130);
  });
}

const waiting = [...steps];
/** Takes steps until none is left; fixing goes one at a time, for two tools would write the same file. */
async function work() {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const [name, command, ...args] = step;
    // ESLint holds the types of all packages at once, which is more than node gives a program by itself.
    const env = {
      FORCE_COLOR: '0',
      NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --max-old-space-size=8192`,
    };
    const { ok, output, seconds } = await runProgram(command, args, { env });
    console.log(`${ok ? '✔' : '✖'} ${name.padEnd(12)} ${seconds.toFixed(1)} s`);
    if (output.trim() !== '' && (!ok || name === 'eslint')) console.log(output);
    if (!ok) process.exitCode = 1;
  }
}
await Promise.all(Array.from({ length: fix ? 1 : Math.min(2, availableParallelism()) }, work));
