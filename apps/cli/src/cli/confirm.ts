import { ConfirmationNeededError, DeclinedError } from '../errors/errors';
import type { CommandContext } from './context';
import { isAnswered, Prompt } from './prompt';

/**
 * Goes on if the user says yes, or said --yes before. Asks only where somebody can answer.
 * @param action what would be done, to complete "add --yes to …" and "Really …?"
 * @throws ConfirmationNeededError without a terminal, DeclinedError after a no, CancelledError after Ctrl-C
 */
export async function confirm(context: CommandContext, action: string): Promise<void> {
  if (context.given.flag('yes')) return;
  if (!isAnswered(context)) throw new ConfirmationNeededError(action);
  const prompt = new Prompt(context.terminal);
  try {
    // The end of the input is an answer too: it is not a yes.
    if (/^y(es)?$/i.test((await prompt.ask(`Really ${action}? [y/N] `)) ?? '')) return;
  } finally {
    prompt.close();
  }
  throw new DeclinedError();
}
