import { createInterface } from 'node:readline/promises';
import { CancelledError, ConfirmationNeededError, DeclinedError } from '../errors/errors';
import { write } from './terminal';
import type { CommandContext } from './context';

/**
 * Goes on if the user says yes, or said --yes before. Asks only where somebody can answer.
 * @param action what would be done, to complete "add --yes to …" and "Really …?"
 * @throws ConfirmationNeededError without a terminal, DeclinedError after a no, CancelledError after Ctrl-C
 */
export async function confirm({ terminal, output, given }: CommandContext, action: string): Promise<void> {
  if (given.flag('yes')) return;
  const { stdin, stderr, signal } = terminal;
  if (stdin.isTTY !== true || stderr.isTTY !== true || output.json) throw new ConfirmationNeededError(action);
  const prompt = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await prompt.question(`Really ${action}? [y/N] `, { signal });
    if (/^y(es)?$/i.test(answer.trim())) return;
  } catch (error) {
    if (!signal.aborted) throw error;
    await write(stderr, '\n');
    throw new CancelledError('Nothing was changed.');
  } finally {
    prompt.close();
  }
  throw new DeclinedError();
}
