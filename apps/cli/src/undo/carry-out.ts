import { UndoService, type UndoReport, type UndoRequest } from '@argon/branch';
import { confirm } from '../cli/confirm';
import type { CommandContext } from '../cli/context';
import { watched } from '../cli/watch';
import { stepCountsText } from '../render/step-counts';
import { undoJson, undoLines } from '../render/undo';
import type { Session } from '../store/session';

/** Shows what an undo would do, asks, and does it; with `--dry-run` it only shows it. @throws what UndoService throws */
export async function carryOutUndo(
  context: CommandContext,
  session: Session,
  request: UndoRequest,
): Promise<void> {
  const { given, output } = context;
  const undos = new UndoService(session.engine);
  const preview = await watched(context, 'Comparing', (watch) => undos.preview({ ...request, watch }));
  const isPossible = preview.open === 0;
  if (given.flag('dryRun')) {
    await output.result({ undo: undoJson(preview), done: false }, () => undoLines(preview, output));
    return;
  }
  if (!given.flag('yes') || !isPossible) await output.note(undoLines(preview, output).join('\n'));
  // With conflicts that nobody decided there is nothing to agree to, and the undo says so.
  if (isPossible) await confirm(context, `undo that on branch '${request.branch}'`);
  // What was looked at is what is done: not if somebody has written meanwhile.
  const expectedHead = given.flag('yes') ? undefined : preview.from;
  const report = await watched(context, 'Undoing', (watch) =>
    undos.undo({ ...request, expectedHead, watch }, session.actor),
  );
  await output.result({ undo: undoJson(report), done: report.head !== undefined }, () => doneLines(report));
}

function doneLines({ branch, by, from, counts, head }: UndoReport): readonly string[] {
  const text = stepCountsText(counts);
  if (head === undefined) return [`Nothing to undo: ${branch} does not show it any more`];
  const back =
    by === 'reset'
      ? `argon restore --branch ${branch} --to-lsn ${from}`
      : `argon undo --branch ${branch} --commit ${head}`;
  return [
    `Undone on ${branch}: ${text ?? 'nothing that shows'}`,
    `Current LSN: ${head}`,
    `To undo that: ${back}`,
  ];
}
