import type { Output } from '../render/output';
import type { Arguments } from './arguments';
import type { Terminal } from './terminal';

/** What a command is run with. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly output: Output;
  readonly given: Arguments;
}
