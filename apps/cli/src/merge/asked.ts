import { deciderOf, type Decider } from '@argon/branch';
import type { CommandContext } from '../cli/context';
import type { OptionDefinition } from '../cli/definition';
import { Answers } from './answers';
import { Asker } from './ask';

export const INTERACTIVE: OptionDefinition = {
  flags: '-i, --interactive',
  description: 'ask about each conflict that nothing else decides',
};

/** A preview, and the decider that decides as was decided for it. */
export interface Decided<T> {
  readonly preview: T;
  /** For one merge more. */
  readonly decider: Decider | undefined;
}

/** Previews; with `--interactive` it asks about conflicts on the way. @throws TerminalNeededError, CancelledError */
export async function previewAsking<T>(
  context: CommandContext,
  given: Decider | undefined,
  preview: (decider: Decider | undefined, isAsking: boolean) => Promise<T>,
): Promise<Decided<T>> {
  if (!context.given.flag('interactive')) return { preview: await preview(given, false), decider: given };
  const asker = new Asker(context, given ?? deciderOf({}));
  const answers = new Answers();
  try {
    return { preview: await preview(answers.asking(asker), true), decider: answers.again() };
  } finally {
    asker.close();
  }
}
