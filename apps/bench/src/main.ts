import { CHILD } from './child/ask';
import { SERVE } from './child/served-by';

// What a child measures is not to be mixed with what only the whole program needs, so each loads its own.
if (process.argv.includes(CHILD)) {
  const { doJob } = await import('./child/do-job');
  await doJob();
} else if (process.argv.includes(SERVE)) {
  const { serveStore } = await import('./child/serve');
  await serveStore();
} else {
  const { runProgram } = await import('./cli/run-program');
  await runProgram();
}
