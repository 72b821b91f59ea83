import { CHILD } from './child/ask';

// What a child measures is not to be mixed with what only the whole program needs, so each loads its own.
if (process.argv.includes(CHILD)) {
  const { doJob } = await import('./child/do-job');
  await doJob();
} else {
  const { runProgram } = await import('./cli/run-program');
  await runProgram();
}
