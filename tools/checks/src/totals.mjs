import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

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
  return totals;
}

/**
 * The totals of all reports in a folder whose names end so.
 *
 * @param {string} folder
 * @param {string} [suffix]
 * @returns {Totals}
 */
export function totalsIn(folder, suffix = '.json') {
  const reports = readdirSync(folder).filter((name) => name.endsWith(suffix));
  return sum(reports.map((name) => totalsOf(JSON.parse(readFileSync(join(folder, name), 'utf8')))));
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
