import { PROGRAMS } from './index';
import type { Program } from './program';

/** Programs that do something else where branches are prefixed collections, and why. */
const DIFFERENT: ReadonlyMap<string, string> = new Map([
  [
    'dropping what is watched ends a change stream',
    'a branch is not a database of its own, so none is dropped',
  ],
  ['where change streams cannot be opened', 'errors name what the server has: one database for all branches'],
  [
    'commands that a transaction may not hold leave it as it is',
    'not every command there goes by its session yet',
  ],
  ['a change stream of a transaction', 'its session is one between Argon and the server'],
  ['collections and indexes made within a transaction', 'names are looked up outside of the transaction'],
]);

/** The programs that traditional branches do as MongoDB does, by group. */
export const TRADITIONAL_PROGRAMS: Readonly<Record<string, readonly Program[]>> = Object.fromEntries(
  Object.entries(PROGRAMS).map(([group, programs]) => [
    group,
    programs.filter(({ name }) => !DIFFERENT.has(name)),
  ]),
);
