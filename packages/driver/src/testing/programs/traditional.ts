import { PROGRAMS } from './index';
import type { Program } from './program';

/** Programs that do something else where branches are prefixed collections, and why. */
const DIFFERENT: ReadonlyMap<string, string> = new Map([
  [
    'dropping a database that is watched ends its change stream',
    "the database is all branches', and stays: the branch's collections are dropped one by one, and the stream goes on",
  ],
  ['a change stream of a transaction', 'its session is one between Argon and the server'],
]);

/** The programs that traditional branches do as MongoDB does, by group. */
export const TRADITIONAL_PROGRAMS: Readonly<Record<string, readonly Program[]>> = Object.fromEntries(
  Object.entries(PROGRAMS).map(([group, programs]) => [
    group,
    programs.filter(({ name }) => !DIFFERENT.has(name)),
  ]),
);
