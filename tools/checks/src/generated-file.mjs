import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { shown } from './workspace.mjs';

/**
 * Compares a committed file with what it should hold, or brings it up to date.
 *
 * @param {string} path
 * @param {string} content
 * @param {boolean} update write instead of comparing
 * @returns {string[]} what is wrong, a line each; empty if nothing
 */
export function compareOrWrite(path, content, update) {
  const before = existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\r\n', '\n') : undefined;
  if (before === content) return [];
  if (update) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return [];
  }
  if (before === undefined) return [`${shown(path)} is absent.`];
  const [old, now] = [before.split('\n'), content.split('\n')];
  return [
    `${shown(path)} is out of date:`,
    ...old.filter((line) => !now.includes(line)).map((line) => `  - ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `  + ${line}`),
  ];
}

/**
 * Runs a check as a program: prints what is wrong and how to mend it, and sets the exit code.
 *
 * @param {(update: boolean) => string[]} check
 * @param {string} advice
 */
export function runCheck(check, advice) {
  const problems = check(process.argv.includes('--update'));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(advice);
    process.exitCode = 1;
  }
}
