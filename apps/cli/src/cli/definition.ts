import type { CommandContext } from './context';

export interface ArgumentDefinition {
  /** `<name>` if it must be given, `[name]` if it may. */
  readonly name: string;
  readonly description: string;
  readonly choices?: readonly string[];
}

export interface OptionDefinition {
  /** As commander reads them: `-l, --limit <n>`. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
}

/** One command of `argon`. The file that holds it is named for its path. */
export interface CommandDefinition {
  /** Words after `argon`: `branch create`. */
  readonly path: string;
  readonly aliases?: readonly string[];
  /** One line, for the list of commands. */
  readonly summary: string;
  /** More, for the command's own help. */
  readonly details?: string;
  readonly arguments?: readonly ArgumentDefinition[];
  readonly options?: readonly OptionDefinition[];
  /** What one might type, each with what it does. */
  readonly examples: readonly (readonly [command: string, does: string])[];
  /** Does it. Throws ArgonErrors; what it returns is the exit code, 0 if nothing. */
  run(context: CommandContext): Promise<number | void>;
}
