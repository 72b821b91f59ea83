import { CommandError } from '../../handler/errors';
import { translatePattern } from './translate';

/** PCRE's compiled form as JavaScript has it. `options` are mongod's: any of i, m, s, x, u. */
export function compileRegex(pattern: string, options: string): RegExp {
  const wrong = [...options].find((option) => !'imsxu'.includes(option));
  if (wrong !== undefined) throw new CommandError(51108, ` invalid flag in regex options: ${wrong}`);
  if (pattern.includes('\0')) {
    throw new CommandError('BadValue', 'Regular expression cannot contain an embedded null byte');
  }
  return translatePattern(pattern, {
    ignoreCase: options.includes('i'),
    multiline: options.includes('m'),
    dotAll: options.includes('s'),
    extended: options.includes('x'),
  });
}
