import { resolve } from 'node:path';
import { PatchConflictError, PatchService, type PatchReport } from '@argon/branch';
import { confirm } from '../../cli/confirm';
import type { CommandDefinition } from '../../cli/definition';
import { BRANCH, PROJECT, YES } from '../../cli/options';
import { shownValue } from '../../diff/shown-value';
import { fileLines } from '../../patch/read-lines';
import { counted } from '../../render/numbers';
import { withSession } from '../../store/session';
import { target } from '../../store/target';

/** How many of the lines that do not fit are shown. */
const MOST = 10;

export const patchApply: CommandDefinition = {
  path: 'patch apply',
  summary: "do to a branch what a patch of 'argon diff --patch' says",
  details:
    'Shows what it would do, and asks. One commit, or nothing at all: it is refused where a document or a collection is not ' +
    'as the patch says that it was, and where the result would break a validator or a unique index.',
  arguments: [{ name: '<file>', description: 'the patch' }],
  options: [PROJECT, BRANCH, { flags: '--dry-run', description: 'only show what it would do' }, YES],
  examples: [
    ['argon diff main feature-x --patch > feature.patch', 'make one'],
    ['argon patch apply feature.patch --branch staging --dry-run', 'does it fit?'],
    ['argon patch apply feature.patch --branch staging --yes', 'do it'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output, terminal } = context;
      const path = given.required(0);
      const { project, branch } = await target(session, given);
      const patches = new PatchService(session.engine);
      const lines = () => fileLines(resolve(terminal.cwd, path), session.signal);
      const request = { project, branch: branch.name, lines };
      const preview = await patches.preview(request);
      if (given.flag('dryRun')) {
        await output.result({ patch: patchJson(preview), done: false }, () => previewLines(preview));
        return;
      }
      if (preview.conflicts > 0) {
        await output.note(previewLines(preview).join('\n'));
        throw new PatchConflictError(branch.name, preview.examples, preview.conflicts);
      }
      if (!given.flag('yes')) await output.note(previewLines(preview).join('\n'));
      await confirm(context, `apply the patch to branch '${branch.name}'`);
      // The head that was looked at: what was agreed to is what is done.
      const report = await patches.apply({ ...request, expectedHead: preview.base }, session.actor);
      await output.result({ patch: patchJson(report), done: true }, () => [
        `Patch applied to ${report.branch}: ${changes(report)}`,
        ...(report.head === undefined
          ? []
          : [
              `Current LSN: ${report.head}`,
              `To undo: argon branch reset ${report.branch} --to-lsn ${report.base}`,
            ]),
      ]);
    }),
};

function patchJson({ examples, ...report }: PatchReport): object {
  return {
    ...report,
    from: placeJson(report.from),
    to: placeJson(report.to),
    head: report.head ?? null,
    examples: examples.map(({ line, collection, id, problem }) => ({
      line,
      collection,
      ...(id === undefined ? {} : { id: shownValue(id) }),
      problem,
    })),
  };
}

function placeJson({ project, branch, lsn }: PatchReport['from']): object {
  return { project, branch, lsn };
}

function previewLines(report: PatchReport): readonly string[] {
  const { from, to, branch, conflicts, examples } = report;
  const lines = [
    `The patch leads from ${from.branch}@${from.lsn} to ${to.branch}@${to.lsn}.`,
    `On ${branch} it would make ${changes(report)}.`,
  ];
  if (conflicts === 0) return lines;
  const shown = examples.slice(0, MOST).map(({ line, collection, id, problem }) => {
    const of = id === undefined ? '' : ` ${shownValue(id)}`;
    return `  line ${line}: ${collection}${of}: ${problem}`;
  });
  if (conflicts > MOST) shown.push(`  and ${conflicts - MOST} more`);
  return [...lines, `It does not fit in ${counted(conflicts, 'place')}:`, ...shown];
}

function changes({ counts }: PatchReport): string {
  const { inserted, updated, deleted, catalog } = counts;
  const parts = [
    ...(inserted > 0 ? [counted(inserted, 'insert')] : []),
    ...(updated > 0 ? [counted(updated, 'update')] : []),
    ...(deleted > 0 ? [counted(deleted, 'delete')] : []),
    ...(catalog > 0 ? [counted(catalog, 'change of collections', 'changes of collections')] : []),
  ];
  return parts.length === 0 ? 'no change' : parts.join(', ');
}
