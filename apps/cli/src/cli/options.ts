import { TIME_HELP } from '../store/moment';
import type { OptionDefinition } from './definition';

/** Options that several commands have, in the same words everywhere. */

export const PROJECT: OptionDefinition = {
  flags: '-p, --project <name>',
  description: 'the project (default: the one in use, or the only one)',
};

export const BRANCH: OptionDefinition = {
  flags: '-b, --branch <name>',
  description: 'the branch (default: the one in use, or main)',
};

export const COLLECTION: OptionDefinition = {
  flags: '-c, --collection <name>',
  description: 'the collection',
};

export const AT: OptionDefinition = {
  flags: '--at <moment>',
  description: `as it was at an LSN (1042) or a time (${TIME_HELP})`,
};

export const YES: OptionDefinition = {
  flags: '-y, --yes',
  description: 'do it without asking',
};

/** Options that every command has. */
export const GLOBAL_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: '-s, --store <store>',
    description:
      'a .argon folder, lmdb:path, mongodb://… or memory: (default: ARGON_STORE, else the nearest .argon)',
  },
  { flags: '--json', description: 'JSON output, for programs' },
  { flags: '--no-color', description: 'no colours (also: NO_COLOR=1)' },
];
