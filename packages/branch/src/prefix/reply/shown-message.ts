import type { BranchNames } from '../names/branch-names';

const DUPLICATE_KEY = / dup key: /;

/**
 * An error's message with namespaces as users know them. Values that mongod quotes in it stay what they are, also where
 * one looks like a namespace: they stand behind `dup key:`, or in double quotes.
 */
export function shownMessage(message: string, names: BranchNames): string {
  const values = DUPLICATE_KEY.exec(message)?.index ?? message.length;
  return outsideQuotes(message.slice(0, values), names) + message.slice(values);
}

function outsideQuotes(text: string, names: BranchNames): string {
  return text
    .split(/("(?:[^"\\]|\\.)*"?)/su)
    .map((part, index) => (index % 2 === 0 ? names.shownNamespaces(part) : part))
    .join('');
}
