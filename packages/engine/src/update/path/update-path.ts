import { CommandError } from '../../handler/errors';

/** One part of an update's path: a field, `$` (the matched element), or `$[]` / `$[id]` (elements). */
export type PathPart =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'position' }
  | { readonly kind: 'elements'; readonly filter: string };

export interface UpdatePath {
  /** As the user wrote it. */
  readonly text: string;
  readonly parts: readonly PathPart[];
}

const POSITION: PathPart = { kind: 'position' };

/**
 * Reads the path of an update operator.
 * @throws CommandError EmptyFieldName for an empty path or part; BadValue for `$` or `$[…]` where it cannot be
 */
export function parseUpdatePath(text: string): UpdatePath {
  if (text === '') throw new CommandError('EmptyFieldName', 'An empty update path is not valid.');
  const names = text.split('.');
  if (names.includes('')) {
    throw new CommandError(
      'EmptyFieldName',
      `The update path '${text}' contains an empty field name, which is not allowed.`,
    );
  }
  const parts = names.map(parsePart);
  checkPositions(text, parts);
  return { text, parts };
}

/** `a.$[i].b` up to and including the given part, as messages name it. */
export function pathPrefix(path: UpdatePath, parts: number): string {
  return path.text.split('.').slice(0, parts).join('.');
}

export function isDynamic(path: UpdatePath): boolean {
  return path.parts.some((part) => part.kind !== 'field');
}

function parsePart(name: string): PathPart {
  if (name === '$') return POSITION;
  if (name.startsWith('$[') && name.endsWith(']')) return { kind: 'elements', filter: name.slice(2, -1) };
  return { kind: 'field', name };
}

function checkPositions(text: string, parts: readonly PathPart[]): void {
  if (parts[0]!.kind === 'position') {
    throw new CommandError(
      'BadValue',
      `Cannot have positional (i.e. '$') element in the first position in path '${text}'`,
    );
  }
  if (parts.filter((part) => part.kind === 'position').length > 1) {
    throw new CommandError('BadValue', `Too many positional (i.e. '$') elements found in path '${text}'`);
  }
}
