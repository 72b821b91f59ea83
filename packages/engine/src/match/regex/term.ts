import type { Piece } from './groups';

/** An atom or an assertion; assertions cannot be repeated. */
export interface Term {
  readonly pieces: readonly Piece[];
  readonly repeatable: boolean;
}

export function atom(piece: Piece): Term {
  return { pieces: [piece], repeatable: true };
}

export function assertion(text: string): Term {
  return { pieces: [text], repeatable: false };
}
