import { invalidPattern, unsupportedPattern } from './source';
import type { Source } from './source';

/** What a parenthesis opens. */
export type GroupStart =
  | { readonly kind: 'capture'; readonly name?: string }
  | { readonly kind: 'atomic' }
  | { readonly kind: 'reference'; readonly name: string }
  | { readonly kind: 'look'; readonly text: string }
  | { readonly kind: 'plain'; readonly on: string; readonly off: string };

/** Reads what follows an opening parenthesis, up to where the group's content starts. */
export function openGroup(source: Source): GroupStart {
  if (source.peek() === '*') throw unsupportedPattern('a verb such as (*UTF8)');
  if (!source.skip('?')) return { kind: 'capture' };
  const options = source.take(/([imsx]*)(?:-([imsx]*))?:/y);
  if (options) return { kind: 'plain', on: options[1]!, off: options[2] ?? '' };
  for (const look of ['=', '!', '<=', '<!']) {
    if (source.skip(look)) return { kind: 'look', text: `(?${look}` };
  }
  if (source.skip('>')) return { kind: 'atomic' };
  const reference = source.take(/P=(\w+)/y);
  if (reference) {
    if (!source.skip(')')) throw invalidPattern('syntax error in subpattern name (missing terminator)');
    return { kind: 'reference', name: reference[1]! };
  }
  const name = source.take(/P?<(\w*)(>?)|'(\w*)('?)/y);
  if (name) return { kind: 'capture', name: checkedName(name[1] ?? name[3]!, (name[2] ?? name[4]) !== '') };
  if (source.take(/#/y)) throw invalidPattern('missing ) after comment');
  if (source.take(/R|&|P>|[+-]?\d/y)) throw unsupportedPattern('recursion');
  if (source.take(/\(/y)) throw unsupportedPattern('a conditional group');
  if (source.take(/\|/y)) throw unsupportedPattern('the branch reset group (?|');
  if (source.take(/C/y)) throw unsupportedPattern('a callout');
  if (source.take(/P/y)) throw invalidPattern('unrecognized character after (?P');
  throw invalidPattern('unrecognized character after (? or (?-');
}

function checkedName(name: string, closed: boolean): string {
  if (/^\d/.test(name)) throw invalidPattern('subpattern name must start with a non-digit');
  if (name === '') throw invalidPattern('subpattern name expected');
  if (!closed) throw invalidPattern('syntax error in subpattern name (missing terminator)');
  if (name.length > 32) throw invalidPattern('subpattern name is too long (maximum 32 characters)');
  return name;
}
