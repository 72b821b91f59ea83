import { ArgonError } from '@argon/wal';

/** A flag has a value that it cannot have. Nothing is guessed: what is served from where depends on it. */
export class FlagValueError extends ArgonError {
  constructor(setting: string, value: string, origin: string, wanted: string) {
    super(
      'ARGON_BRANCH_FLAG_VALUE',
      `Could not read '${setting}': ${JSON.stringify(value)} (from ${origin}) is not ${wanted}. Correct it there.`,
      { setting, value, origin },
    );
  }
}
