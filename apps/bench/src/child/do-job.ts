import type { Answer } from './ask';
import { JOBS, type JobName } from './jobs';

/** The child's side: waits for its job, does it, answers, ends. */
export async function doJob(): Promise<void> {
  const { name, given } = await new Promise<{ name: JobName; given: never }>((resolve) => {
    process.once('message', (message) => resolve(message as { name: JobName; given: never }));
  });
  const answer = await JOBS[name](given).then(
    (result): Answer => ({ result }),
    (error: unknown): Answer => ({
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }),
  );
  await new Promise((resolve) => process.send!(answer, resolve));
  // What a job that failed left open must not keep the process.
  process.exit();
}
