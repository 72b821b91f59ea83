import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root } from './workspace.mjs';

/**
 * @typedef {object} Outcome
 * @property {boolean} ok the program ended with exit code 0
 * @property {string} output both streams, in order; empty if they went to the terminal
 * @property {number} seconds
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Runs a program of the workspace from its root.
 *
 * @param {string} command found in node_modules/.bin too
 * @param {readonly string[]} args
 * @param {{env?: Record<string, string>, live?: boolean}} [options] `live` sends output to the terminal as it comes
 * @returns {Promise<Outcome>}
 */
export function runProgram(command, args, { env = {}, live = false } = {}) {
  const start = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: {
        ...process.env,
        ...env,
        PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      },
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
      shell: process.platform === 'win32',
      // A group of its own, so that stopping reaches what the program has started in turn.
      detached: process.platform !== 'win32',
    });
    running.add(child);
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    /** @param {boolean} ok @param {string} [note] */
    const end = (ok, note = '') => {
      running.delete(child);
      const output = Buffer.concat(chunks).toString().trimEnd() + note;
      resolve({ ok, output, seconds: (performance.now() - start) / 1000 });
    };
    child.once('error', (error) => end(false, error.message));
    child.once('close', (code, signal) => end(code === 0, signal ? `\nended by ${signal}` : ''));
  });
}

/** Ends what is still running, each program with all that it has started. */
export function stopPrograms() {
  for (const { pid } of running) {
    if (pid === undefined) continue;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM');
    } catch {
      // It has just ended by itself.
    }
  }
}
