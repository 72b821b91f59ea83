/** The longest that answers are held back, ms: what is computed meanwhile may take longer than expected. */
const LONGEST = 5;

/**
 * Answers to writes that are durable, held back until the group after them is on its way to the medium: their clients
 * then read them, and send what they send next, while the medium is waited for, and not while the processor has work.
 */
export class HeldAnswers {
  #answers: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** There are none, or they have been given. */
  hold(answers: () => void): void {
    this.#answers = answers;
    this.#timer = setTimeout(this.give, LONGEST);
  }

  readonly give = (): void => {
    const answers = this.#answers;
    if (answers === undefined) return;
    this.#answers = undefined;
    clearTimeout(this.#timer);
    answers();
  };
}
