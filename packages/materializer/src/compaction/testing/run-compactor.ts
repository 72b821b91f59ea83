import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/**
 * Runs the compactor in a process of its own and, given a number of milliseconds, kills it (SIGKILL) so long after it has
 * begun. True if it came to the end.
 */
export async function runCompactor(argv: readonly (string | number)[], killAfter?: number): Promise<boolean> {
  const program = fileURLToPath(new URL('./compactor.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--conditions=@argon/source', '--import', 'tsx', program, ...argv.map(String)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
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
  if (!isDone && killAfter === undefined) throw new Error(`The compactor failed: ${errors}`);
  return isDone;
}
