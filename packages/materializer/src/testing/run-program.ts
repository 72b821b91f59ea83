import { builtProgram } from '@argon/tools-programs';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs a program, which says when it begins and that it is done, in a process of its own; given a number of milliseconds,
 * kills it (SIGKILL) so long after it has begun. True if it came to the end.
 */
export async function runProgram(
  program: URL,
  argv: readonly (string | number)[],
  killAfter?: number,
): Promise<boolean> {
  const child = spawn(process.execPath, [builtProgram(program), ...argv.map(String)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const exited = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  child.stdout.on('data', (data: Buffer) => {
    const hasBegun = output === '';
    output += data.toString();
    if (hasBegun && killAfter !== undefined) void sleep(killAfter).then(() => child.kill('SIGKILL'));
  });
  await exited;
  const isDone = output.includes('done');
  if (!isDone && killAfter === undefined) throw new Error(`The program failed: ${errors}`);
  return isDone;
}
