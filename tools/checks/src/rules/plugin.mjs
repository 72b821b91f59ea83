import { importsRule } from './imports.mjs';
import { fileLengthRule, namesRule } from './structure.mjs';

/** Argon's own ESLint rules, so that an editor shows them too. */
export const argonRules = {
  rules: { imports: importsRule(), names: namesRule, 'file-length': fileLengthRule },
};
