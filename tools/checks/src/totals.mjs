import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from './workspace.mjs';

/**
 * @typedef {object} Totals
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * Counts the tests of one vitest JSON report. A file that failed without a failed test (it could not be loaded, or a
 * hook failed) counts as one failed.
 *
 * @param {any} report
 * @returns {Totals}
 */
export function totalsOf(report) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    let failed = 0;
    for (const { status } of file.assertionResults) {
      if (status === 'passed') totals.passed += 1;
      else if (status === 'failed') failed += 1;
      else totals.skipped += 1;
    }
    totals.failed += failed === 0 && file.status === 'failed' ? 1 : failed;
  }
  // No test at all, or an error outside of every test.
  if (!report.success && totals.failed === 0) totals.failed = 1;
  return totals;
}

/**
 * The totals of several reports. One that is absent, because the run crashed before writing it, counts as one failed.
 *
 * @param {readonly string[]} files
 * @returns {Totals}
 */
export function totalsIn(files) {
  return sum(
    files.map((file) =>
      existsSync(file)
        ? totalsOf(JSON.parse(readFileSync(file, 'utf8')))
        : { passed: 0, failed: 1, skipped: 0 },
    ),
  );
}

/**
 * What failed in several reports, a line each: its file, its name and how its message begins.
 *
 * @param {readonly string[]} files
 * @returns {string[]}
 */
export function failuresIn(files) {
  return files
    .filter((file) => existsSync(file))
    .flatMap((file) => failuresOf(JSON.parse(readFileSync(file, 'utf8'))));
}

/**
 * @param {any} report
 * @returns {string[]}
 */
export function failuresOf(report) {
  return report.testResults.flatMap((/** @type {any} */ file) => {
    const failed = file.assertionResults.filter((/** @type {any} */ { status }) => status === 'failed');
    if (failed.length === 0 && file.status === 'failed') return [lineOf(file.name, '', file.message)];
    return failed.map((/** @type {any} */ test) =>
      lineOf(file.name, test.fullName, test.failureMessages?.[0]),
    );
  });
}

/**
 * @param {string} file
 * @param {string} test
 * @param {string | undefined} message
 */
function lineOf(file, test, message = '') {
  return [relative(root, file), test, message.split('\n', 1)[0]].filter((part) => part !== '').join(' › ');
}

/**
 * @param {readonly Totals[]} parts
 * @returns {Totals}
 */
export function sum(parts) {
  return parts.reduce(
    (all, part) => ({
      passed: all.passed + part.passed,
      failed: all.failed + part.failed,
      skipped: all.skipped + part.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** @param {Totals} totals */
export function totalsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
