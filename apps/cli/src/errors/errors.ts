import { ArgonError, type ErrorData } from '@argon/bson';

/** The command line itself is wrong: an unknown command or option, a missing or malformed argument. */
export class UsageError extends ArgonError {
  constructor(message: string, data: ErrorData = {}) {
    super('ARGON_CLI_USAGE', message, data);
  }
}

/** Extended JSON on the command line is malformed. `data` says in which argument, and where in it. */
export class ArgumentSyntaxError extends ArgonError {
  constructor(argument: string, problem: string, place: { line: number; column: number }, text: string) {
    super(
      'ARGON_CLI_ARGUMENT_SYNTAX',
      `${argument} is not Extended JSON: line ${place.line}, column ${place.column}: ${problem}.` +
        `\n${excerpt(text, place)}`,
      { argument, ...place },
    );
  }
}

/** The line in question, and a mark under the column. Long lines are cut around it. */
function excerpt(text: string, { line, column }: { line: number; column: number }): string {
  const whole = text.split('\n')[line - 1] ?? '';
  const from = Math.max(0, column - 50);
  return `  ${whole.slice(from, from + 72)}\n  ${' '.repeat(Math.max(0, column - 1 - from))}^`;
}

/** No store was named, and there is none in the working folder or above it. */
export class NoStoreError extends ArgonError {
  constructor(folder: string) {
    super(
      'ARGON_CLI_NO_STORE',
      `There is no Argon store in ${folder} or any folder above it. ` +
        "Make one here with 'argon init', or name one with --store or ARGON_STORE.",
      { folder },
    );
  }
}

/** A command needs to know which project is meant, and there is none or more than one. */
export class ProjectNotChosenError extends ArgonError {
  constructor(readonly projects: readonly string[]) {
    super(
      'ARGON_CLI_PROJECT_NOT_CHOSEN',
      projects.length === 0
        ? "This store has no project yet. Make one with 'argon project create NAME'."
        : `This store has ${projects.length} projects (${shortList(projects)}). ` +
            "Say which with --project, or choose one with 'argon use PROJECT'.",
      { projects },
    );
  }
}

/** A command needs a collection's name. */
export class CollectionNotChosenError extends ArgonError {
  constructor(collections: readonly string[]) {
    super(
      'ARGON_CLI_COLLECTION_NOT_CHOSEN',
      collections.length === 0
        ? 'Name a collection; this branch has none yet.'
        : `Name a collection; this branch has ${shortList(collections)}.`,
      { collections },
    );
  }
}

function shortList(names: readonly string[]): string {
  return names.length <= 8 ? names.join(', ') : `${names.slice(0, 8).join(', ')}, …`;
}

/** There is no such collection on this branch, or was none at that moment. */
export class CollectionNotFoundError extends ArgonError {
  constructor(collection: string, where: string) {
    super(
      'ARGON_CLI_COLLECTION_NOT_FOUND',
      `${where} has no collection '${collection}'. 'argon status' lists those it has.`,
      {
        collection,
        where,
      },
    );
  }
}

/** A command that cannot be taken back needs a yes, and nobody is there to ask. */
export class ConfirmationNeededError extends ArgonError {
  constructor(action: string) {
    super('ARGON_CLI_CONFIRMATION_NEEDED', `Nothing was changed: add --yes to ${action}.`, { action });
  }
}

/** There is something to be asked that --yes does not answer, and no terminal to ask it on. */
export class TerminalNeededError extends ArgonError {
  constructor(what: string, instead: string) {
    super(
      'ARGON_CLI_TERMINAL_NEEDED',
      `Could not ask ${what}: there is no terminal to ask on. ${instead}`,
      {},
    );
  }
}

/** The user was asked, and did not say yes. */
export class DeclinedError extends ArgonError {
  constructor() {
    super('ARGON_CLI_DECLINED', 'Nothing was changed.');
  }
}

/** The user pressed Ctrl-C. The message says what has become of the work. */
export class CancelledError extends ArgonError {
  constructor(message: string) {
    super('ARGON_CLI_CANCELLED', message);
  }
}

/**
 * A database command answered with an error. `data` holds MongoDB's `code` and `codeName`; when the reply names the
 * Argon error behind it, that error's code is this one's too.
 */
export class CommandFailedError extends ArgonError {
  constructor(message: string, data: ErrorData, argonCode?: string) {
    super(argonCode ?? 'ARGON_CLI_COMMAND_FAILED', message, data);
  }
}

/** A command is about branches of a legacy database, and none is attached. */
export class NoLegacyAttachedError extends ArgonError {
  constructor() {
    super(
      'ARGON_CLI_NO_LEGACY',
      "No legacy database is attached. Attach it with 'argon config set legacy.uri mongodb://host/db', or ARGON_LEGACY.",
    );
  }
}
