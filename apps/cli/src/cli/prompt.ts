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
  readonly #interruption = new AbortController();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#lines = createInterface({ input: terminal.stdin, output: terminal.stderr });
    // While it is asked, the terminal gives Ctrl-C to us as a key, and makes no signal of it.
    this.#lines.on('SIGINT', () => this.#interruption.abort());
    this.#closed = new Promise((resolve) => this.#lines.once('close', () => resolve(undefined)));
  }

  /** The answer, without spaces around it; undefined at the end of the input (Ctrl-D). @throws CancelledError after Ctrl-C */
  async ask(question: string): Promise<string | undefined> {
    const { stderr } = this.#terminal;
    const signal = AbortSignal.any([this.#terminal.signal, this.#interruption.signal]);
    try {
      const answer = await Promise.race([this.#lines.question(question, { signal }), this.#closed]);
      if (answer !== undefined) return answer.trim();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    await write(stderr, '\n');
    if (signal.aborted) throw new CancelledError('Nothing was changed.');
    return undefined;
  }

  close(): void {
    this.#lines.close();
  }
}
