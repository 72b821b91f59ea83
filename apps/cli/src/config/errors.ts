import { ArgonError } from '@argon/bson';

/** There is no setting of this name. */
export class UnknownSettingError extends ArgonError {
  constructor(name: string, known: readonly string[]) {
    super(
      'ARGON_CLI_UNKNOWN_SETTING',
      `There is no setting ${JSON.stringify(name)}; there are ${known.join(', ')}.`,
      { name, known },
    );
  }
}

/** A configuration file cannot be read, is not an object of texts, or cannot be written. */
export class ConfigFileError extends ArgonError {
  constructor(path: string, problem: string, cause?: unknown) {
    super(
      'ARGON_CLI_CONFIG_FILE',
      `The configuration file ${path} ${problem}. Mend it, or remove it.`,
      { path },
      { cause },
    );
  }
}
