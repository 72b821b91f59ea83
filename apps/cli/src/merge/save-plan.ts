import type { MergeRequest, MergeService } from '@argon/branch';
import type { CommandContext } from '../cli/context';
import { watched } from '../cli/watch';
import { writeToFile, writeToStdout } from '../export/sink';
import { counted } from '../render/numbers';
import { stepCountsText } from '../render/step-counts';
import { previewAsking } from './asked';

/** What the last line of a plan says. */
interface PlanEnd {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly catalog: number;
  readonly conflicts: number;
  readonly open: number;
}

/** Writes the plan of a merge to a file, which appears when it is whole, or to standard output. */
export async function savePlan(
  context: CommandContext,
  merges: MergeService,
  wanted: MergeRequest,
  out: string,
): Promise<void> {
  const { given, output, terminal } = context;
  const request = given.flag('interactive') ? await asked(context, merges, wanted) : wanted;
  let last = '';
  const pieces = async function* (lines: AsyncIterable<string>) {
    for await (const line of lines) {
      last = line;
      yield `${line}\n`;
    }
  };
  if (out === '-') return writeToStdout(pieces(merges.plan(request)), terminal, false);
  const options = { gzip: false, force: given.flag('force') };
  const bytes = await watched(context, 'Comparing', (watch) =>
    writeToFile(pieces(merges.plan({ ...request, watch })), out, terminal, options),
  );
  const { inserted, updated, deleted, catalog, conflicts, open } = JSON.parse(last) as PlanEnd;
  const counts = { inserted, updated, deleted, catalog };
  await output.result({ plan: { file: out, bytes, counts, conflicts, open }, done: false }, () => [
    `Plan written to ${out}: ${stepCountsText(counts) ?? 'nothing to change'}` +
      (conflicts === 0 ? '' : `; ${counted(conflicts, 'conflict')}, ${open} not decided`),
    ...(open === 0 ? [] : ['In the lines of conflicts, set "decision" to "ours", "theirs" or a document.']),
    `To carry it out: argon merge --apply ${out}`,
  ]);
}

/** The merge, with its conflicts decided by whoever sits at the terminal. */
async function asked(
  context: CommandContext,
  merges: MergeService,
  request: MergeRequest,
): Promise<MergeRequest> {
  const { preview, decider } = await previewAsking(context, request.decider, (asking) =>
    merges.preview({ ...request, decider: asking }),
  );
  return { ...request, decider, expectedHead: preview.ours.lsn, expectedFrom: preview.theirs.lsn };
}
