import { distance } from 'fastest-levenshtein';

/** What to tell beside an error's own message. */
const HINTS = new WeakMap<object, string>();

/** Gives an error a hint, which is shown with it. */
export function withHint<E extends object>(error: E, hint: string | undefined): E {
  if (hint !== undefined) HINTS.set(error, hint);
  return error;
}

export function hintOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null ? HINTS.get(error) : undefined;
}

/** The known word nearest to what was typed, if it is near enough to be meant. */
function nearest(typed: string, known: Iterable<string>): string | undefined {
  const lower = typed.toLowerCase();
  let best: string | undefined;
  // Two letters the wrong way round are a distance of two.
  let bestDistance = (typed.length < 3 ? 1 : Math.max(2, Math.floor(typed.length * 0.4))) + 1;
  for (const word of known) {
    const away = distance(lower, word.toLowerCase());
    if (away < bestDistance) {
      best = word;
      bestDistance = away;
    }
  }
  return best;
}

/** `did you mean 'main'?`, if anything is near. */
export function didYouMean(typed: string, known: Iterable<string>): string | undefined {
  const word = nearest(typed, known);
  return word === undefined ? undefined : `did you mean '${word}'?`;
}
