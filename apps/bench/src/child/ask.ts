import { fork } from 'node:child_process';
import type { JobArguments, JobName, JobResult } from './jobs';

/** The word that makes the program a child that does one job. */
export const CHILD = '--do-job';

/** A job that takes longer than this, ms, is ended and has failed. */
const PATIENCE = 15 * 60_000;

export interface Answer {
  readonly result?: unknown;
  readonly error?: string;
}

/** Does a job in a new process of the same program and waits for it to end. */
export function inChild<N extends JobName>(name: N, given: JobArguments<N>): Promise<JobResult<N>> {
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1]!, [CHILD], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      timeout: PATIENCE,
    });
    let answer: Answer | undefined;
    child.on('message', (message) => (answer = message as Answer));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (answer?.error !== undefined) reject(new Error(`In the child process for ${name}: ${answer.error}`));
      else if (answer === undefined) reject(new Error(`The child process for ${name} ended with ${code}.`));
      else resolve(answer.result as JobResult<N>);
    });
    child.send({ name, given });
  });
}
