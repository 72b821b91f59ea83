import { compileRegex } from '../regex/compile';
import { lengthOperand, typeMismatch } from './keyword';
import type { Keyword } from './keyword';

/** Lengths are in characters (code points). */
export const minLength: Keyword = (operand) => {
  const least = lengthOperand('minLength', operand);
  return (value) => typeof value !== 'string' || [...value].length >= least;
};

export const maxLength: Keyword = (operand) => {
  const most = lengthOperand('maxLength', operand);
  return (value) => typeof value !== 'string' || [...value].length <= most;
};

export const pattern: Keyword = (operand, { isRoot }) => {
  if (typeof operand !== 'string') throw typeMismatch('pattern', 'must be a string');
  // As mongod: a pattern for the document itself can never apply, and is not even compiled.
  if (isRoot) return undefined;
  const expression = compileRegex(operand, '');
  return (value) => typeof value !== 'string' || expression.test(value);
};
