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

  /** As `ask`, and what is typed is not shown. The answer is as it was typed. */
  async askHidden(question: string): Promise<string | undefined> {
    await write(this.#terminal.stderr, question);
    // Readline writes each key by this method; there is no other way to keep it silent.
    const lines = this.#lines as Interface & { _writeToOutput?: (text: string) => void };
    lines._writeToOutput = () => undefined;
    const typed: string[] = [];
    this.#lines.once('line', (line) => typed.push(line));
    try {
      const answer = await this.ask('');
      return answer === undefined ? undefined : (typed[0] ?? answer);
    } finally {
      delete lines._writeToOutput;
      await write(this.#terminal.stderr, '\n');
    }
  }

  close(): void {
    this.#lines.close();
  }
}
