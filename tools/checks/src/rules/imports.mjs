import { dirname, resolve, sep } from 'node:path';
import { mayImport } from '../layers.mjs';
import { isTestFile, projects } from '../workspace.mjs';

/**
 * Imports go one way, through the front door, and test tools stay in tests.
 *
 * @param {import('../workspace.mjs').Project[]} [all] the workspace's projects
 * @returns {import('eslint').Rule.RuleModule}
 */
export function importsRule(all = projects()) {
  const byName = new Map(all.map((project) => [project.name, project]));
  return {
    meta: {
      type: 'problem',
      docs: {
        description: 'Layers import downwards only, by public entry points; test tools stay in tests.',
      },
      schema: [],
      messages: {
        upwards: '{{from}} must not import {{to}}: imports go one way (ARCHITECTURE.md, "Layers").',
        deep: "'{{specifier}}' is not exported by {{to}}: import one of {{entries}}, or export what you need there.",
        outside: "'{{specifier}}' leaves {{from}}: import the other package by its name.",
        self: '{{from}} imports itself by name: use a relative path.',
        tool: '{{to}} is for tests: import it in *.test.ts or in a testing/ folder only.',
      },
    },
    create(context) {
      const project = all.find(({ folder }) => context.filename.startsWith(folder + sep));
      if (project === undefined) return {};
      const allowed = mayImport(project);
      const test =
        isTestFile(context.filename) || !context.filename.startsWith(resolve(project.folder, 'src') + sep);

      /** @param {any} source the string literal of an import */
      function check(source) {
        const specifier = source?.value;
        if (typeof specifier !== 'string' || project === undefined) return;
        /** @param {string} messageId @param {Record<string, string>} [data] */
        const report = (messageId, data) =>
          context.report({
            node: source,
            messageId,
            data: { from: project.name, specifier, to: '', ...data },
          });

        if (specifier.startsWith('.')) {
          const target = resolve(dirname(context.filename), specifier);
          const config = !context.filename.startsWith(resolve(project.folder, 'src') + sep);
          if (!config && !`${target}${sep}`.startsWith(project.folder + sep)) report('outside');
          return;
        }
        if (isTestTool(specifier) && !test && project.kind === 'packages')
          return report('tool', { to: specifier });
        const name = /^@argon\/[^/]+/.exec(specifier)?.[0];
        const target = name === undefined ? undefined : byName.get(name);
        if (name === undefined || target === undefined) return;
        if (target === project) {
          if (!test) report('self');
          return;
        }
        if (target.kind === 'tools' && !test && project.kind === 'packages')
          return report('tool', { to: name });
        if (target.kind === 'packages' && allowed && !allowed.has(target.id))
          return report('upwards', { to: name });
        if (target.kind === 'apps') return report('upwards', { to: name });
        const entries = Object.keys(target.manifest.exports ?? {});
        if (!entries.includes(specifier === name ? '.' : `.${specifier.slice(name.length)}`)) {
          report('deep', { to: name, entries: entries.map((entry) => name + entry.slice(1)).join(', ') });
        }
      }

      return {
        ImportDeclaration: (node) => check(node.source),
        ExportNamedDeclaration: (node) => check(node.source),
        ExportAllDeclaration: (node) => check(node.source),
        ImportExpression: (node) => check(node.source),
        /** @param {any} node `import('…').Type` */
        TSImportType: (node) => check(node.source ?? node.argument?.literal),
      };
    },
  };
}

/** @param {string} specifier */
function isTestTool(specifier) {
  return /^(vitest|fast-check)(\/|$)/.test(specifier);
}
