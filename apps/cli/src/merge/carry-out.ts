import type { MergeReport, MergeRequest, MergeService } from '@argon/branch';
import { confirm } from '../cli/confirm';
import type { CommandContext } from '../cli/context';
import { watched } from '../cli/watch';
import { mergeJson, mergeLines } from '../render/merge';
import type { Session } from '../store/session';
import { previewAsking } from './asked';

/** Shows what a merge would do, asks, and does it; with `--plan` or `--dry-run` it only shows it. @throws what MergeService throws */
export async function carryOut(
  context: CommandContext,
  session: Session,
  merges: MergeService,
  request: MergeRequest,
): Promise<void> {
  const { given, output } = context;
  const { preview, decider } = await previewAsking(context, request.decider, (asked, isAsking) =>
    // A spinner would be mixed up with questions.
    isAsking
      ? merges.preview({ ...request, decider: asked })
      : watched(context, 'Comparing', (watch) => merges.preview({ ...request, watch })),
  );
  const done = (report: MergeReport) => output.result(mergeJson(report), () => mergeLines(report));
  if (preview.upToDate || given.flag('plan') || given.flag('dryRun')) return done(preview);
  // With conflicts left open there is nothing to agree to: the merge itself says so.
  const isPossible = preview.open === 0;
  if (!given.flag('yes') || !isPossible) await output.note(mergeLines(preview).join('\n'));
  if (isPossible) await confirm(context, `merge '${preview.from}' into '${preview.into}'`);
  // What was looked at is what is done: not if somebody has written meanwhile.
  const seen = given.flag('yes') ? {} : { expectedHead: preview.ours.lsn, expectedFrom: preview.theirs.lsn };
  const report = await watched(context, 'Merging', (watch) =>
    merges.merge({ ...request, ...seen, decider, watch }, session.actor),
  );
  return done(report);
}
