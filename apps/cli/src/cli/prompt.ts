import { createInterface, type Interface } from 'node:readline/promises';
import { CancelledError } from '../errors/errors';
import type { CommandContext } from './context';
import { write, type Terminal } from './terminal';

/** Whether there is somebody who can be asked. */
export function isAnswered({ terminal, output }: CommandContext): boolean {
  return terminal.stdin.isTTY === true && terminal.stderr.isTTY === true && !output.json;
}

/** Asks whoever sits at the terminal, on stderr. Must be closed. */
export class Prompt {
  readonly #terminal: Terminal;
  readonly #lines: Interface;
  readonly #closed: Promise<undefined>;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#lines = createInterface({ input: terminal.stdin, output: terminal.stderr });
    this.#closed = new Promise((resolve) => this.#lines.once('close', () => resolve(undefined)));
  }

  /** The answer, without spaces around it. @throws CancelledError after Ctrl-C, and at the end of the input */
  async ask(question: string): Promise<string> {
    const { stderr, signal } = this.#terminal;
    try {
      const answer = await Promise.race([this.#lines.question(question, { signal }), this.#closed]);
      if (answer !== undefined) return answer.trim();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    await write(stderr, '\n');
    throw new CancelledError('Nothing was changed.');
  }

  close(): void {
    this.#lines.close();
  }
}
