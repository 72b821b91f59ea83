import { dirname } from 'node:path';
import { shown } from '../workspace.mjs';

const NAMELESS = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'shared']);

/**
 * Folders and files are named for what they hold; a drawer for everything is not a name.
 * @type {import('eslint').Rule.RuleModule}
 */
export const namesRule = {
  meta: {
    type: 'suggestion',
    docs: { description: 'No folder or file called utils, helpers, common or misc.' },
    schema: [],
    messages: { nameless: "'{{name}}' says nothing of what is in it: name it for its one concept." },
  },
  create(context) {
    return {
      Program(node) {
        const path = shown(context.filename);
        const file = path.slice(path.lastIndexOf('/') + 1).replace(/\..*$/, '');
        // `shared` is fair for a file about sharing, never for a folder.
        const names = [...dirname(path).split('/'), ...(file === 'shared' ? [] : [file])];
        for (const name of names) {
          if (NAMELESS.has(name)) context.report({ node, messageId: 'nameless', data: { name } });
        }
      },
    };
  },
};

/**
 * The limit past which a file must be split. ESLint's own `max-lines` gives the earlier warning.
 * @type {import('eslint').Rule.RuleModule}
 */
export const fileLengthRule = {
  meta: {
    type: 'suggestion',
    docs: { description: 'A file of more than `max` lines must be split.' },
    schema: [{ type: 'object', properties: { max: { type: 'integer' } }, additionalProperties: false }],
    messages: { long: '{{lines}} lines; over {{max}} a file must be split by concept.' },
  },
  create(context) {
    const max = context.options[0]?.max ?? 400;
    return {
      Program(node) {
        const lines = context.sourceCode.lines.length;
        if (lines > max)
          context.report({ node, messageId: 'long', data: { lines: String(lines), max: String(max) } });
      },
    };
  },
};
