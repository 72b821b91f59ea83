import type { Value } from '@argon/bson';

/** In which order mongod tells a collection's options. */
const OPTION_ORDER = [
  'capped',
  'size',
  'max',
  'changeStreamPreAndPostImages',
  'validator',
  'validationLevel',
  'validationAction',
  'collation',
  'viewOn',
  'pipeline',
];

/** A collection's options as mongod tells them. */
export function inOptionOrder(options: ReadonlyMap<string, Value>): [string, Value][] {
  const known = OPTION_ORDER.filter((option) => options.has(option));
  const others = [...options.keys()].filter((option) => !OPTION_ORDER.includes(option));
  return [...known, ...others].map((option) => [option, options.get(option)!]);
}
