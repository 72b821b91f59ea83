import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mongodForRun } from './mongod.mjs';
import { runProgram, stopPrograms } from './program.mjs';
import { failuresIn, sum, totalsIn, totalsLine } from './totals.mjs';
import { projects, root } from './workspace.mjs';

/**
 * `npm test`: build, lint, types, package checks and all tests, each even if an earlier one failed. Ends with the
 * totals on a line of their own; a step that fails without a failed test counts as one failed.
 */
const reports = join(root, 'reports');
const nx = ['run-many', '--nxBail=false', '--output-style=stream-without-prefixes'];

/**
 * @typedef {'test:lib' | 'test:slow'} Target
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {string} command
 * @property {readonly string[]} args
 * @property {Target} [tests] the target whose tests it runs
 */
/** @type {readonly Step[]} */
const steps = [
  { name: 'build', command: 'nx', args: [...nx, '-t', 'build'] },
  { name: 'lint', command: process.execPath, args: ['tools/checks/src/lint.mjs'] },
  { name: 'types', command: 'nx', args: [...nx, '-t', 'test:types'] },
  { name: 'packages', command: 'nx', args: [...nx, '-t', 'test:build'] },
  // One project at a time: each run of vitest uses all cores by itself.
  { name: 'tests', command: 'nx', args: [...nx, '-t', 'test:lib', '--parallel=1'], tests: 'test:lib' },
  {
    name: 'slow tests',
    command: 'nx',
    args: [...nx, '-t', 'test:slow', '--parallel=1'],
    tests: 'test:slow',
  },
];

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const mongod = await mongodForRun();
let interrupted = false;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => {
    interrupted = true;
    stopPrograms();
    void mongod.stop().then(() => process.exit(130));
  });
}

/** @type {import('./totals.mjs').Totals[]} */
const counted = [];
try {
  for (const step of steps) if (!interrupted) counted.push(await runStep(step));
} finally {
  await mongod.stop();
}
if (interrupted) process.exit(130);
const totals = sum(counted);
// Said again at the end: where they failed, thousands of lines may have followed.
const failures = failuresIn([...reportsOf('test:lib'), ...reportsOf('test:slow')]);
if (failures.length > 0) console.log(`\nFailed:\n${failures.map((line) => `  ${line}`).join('\n')}`);
console.log(`\n${totalsLine(totals)}`);
if (totals.failed > 0) process.exitCode = 1;

/** @param {Step} step */
async function runStep(step) {
  console.log(`\n▸ ${step.name} …`);
  const env = {
    ARGON_REPORTS: reports,
    // Nothing may be left running afterwards.
    NX_DAEMON: 'false',
    ...(mongod.uri ? { ARGON_TEST_MONGODB_URI: mongod.uri } : {}),
  };
  const live = step.tests !== undefined;
  const { ok, output, seconds } = await runProgram(step.command, step.args, { env, live });
  if (output !== '' && (!ok || step.name === 'lint')) console.log(output);
  const totals = step.tests ? totalsIn(reportsOf(step.tests)) : sum([]);
  if (!ok && totals.failed === 0) totals.failed = 1;
  const tests = step.tests ? `: ${totalsLine(totals)}` : '';
  console.log(`${ok && totals.failed === 0 ? '✔' : '✖'} ${step.name}${tests} (${seconds.toFixed(1)} s)`);
  return totals;
}

/**
 * The reports that a target's runs write, one for each project that has it; vitest.shared.ts names them.
 * @param {Target} target
 */
function reportsOf(target) {
  const kind = target === 'test:slow' ? 'slow' : 'fast';
  return projects()
    .filter(({ manifest }) => manifest.scripts?.[target] !== undefined)
    .map((project) => join(reports, `${project.kind}-${project.id}.${kind}.json`));
}
