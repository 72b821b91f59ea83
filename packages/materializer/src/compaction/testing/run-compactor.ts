import { runProgram } from '../../testing/run-program';

/** Runs the compactor; see `runProgram`. */
export function runCompactor(argv: readonly (string | number)[], killAfter?: number): Promise<boolean> {
  return runProgram(new URL('./compactor.ts', import.meta.url), argv, killAfter);
}
