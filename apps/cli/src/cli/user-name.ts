import type { UserName } from '@argon/server';
import type { Arguments } from './arguments';
import type { OptionDefinition } from './definition';

export const USER_DB: OptionDefinition = {
  flags: '--db <name>',
  description: 'the database that the user logs in at: authSource (default: admin)',
};

/** Which user is meant: by the first argument, and --db. */
export function userName(given: Arguments): UserName {
  return { user: given.required(0), db: given.text('db') ?? 'admin' };
}
