import type { BranchCompaction, CompactOptions, CompactReport } from '@argon/materializer';
import type { BranchRecord } from '@argon/wal';
import { confirm } from '../../cli/confirm';
import type { Arguments } from '../../cli/arguments';
import type { CommandDefinition } from '../../cli/definition';
import { PROJECT, YES } from '../../cli/options';
import type { Output } from '../../render/output';
import { byteSize, count, counted } from '../../render/numbers';
import { readLsn, readTime } from '../../store/moment';
import { isTagLike, knownTag, saidToBeTag } from '../../store/named-moment';
import { withSession, type Session } from '../../store/session';
import { knownBranch, targetProject } from '../../store/target';
import { copyCompact } from './copy-compact';

export const walCompact: CommandDefinition = {
  path: 'wal compact',
  summary: 'drop versions that no kept moment, branch or pin shows',
  details:
    'Keeps what the policies of project and branches say (argon wal keep), or with --before everything from then on. ' +
    'Earlier moments cannot be read, forked at or reset to afterwards, but what branches show now stays as it is. ' +
    'Deleted branches that are older than all that is kept go as well, but for what others stand on. ' +
    'Works in small steps while others read and write; if it is stopped, the next run goes on. The file of an LMDB store ' +
    'does not shrink: space that is free is used again, or left behind by --copy, which drops nothing, and while which ' +
    'others may go on; what they write meanwhile is not in the copy.',
  options: [
    PROJECT,
    { flags: '-b, --branch <name>', description: 'only this branch (default: all of the project)' },
    {
      flags: '--before <moment>',
      description:
        "drop what is older: '30 days ago', a time (2026-01-31), an LSN (1042), or a tag or restore point (v1)",
    },
    { flags: '--dry-run', description: 'only show what would go' },
    {
      flags: '--copy <folder>',
      description: 'instead, copy the store there without the space that is free in it (LMDB)',
    },
    YES,
  ],
  examples: [
    ["argon wal compact --before '30 days ago' --dry-run", 'what would go?'],
    ["argon wal compact --before '30 days ago' --yes", 'do it'],
    ['argon wal compact --before v1 --yes', 'what is older than the tag v1; tag:v1 if that could be a time'],
    ['argon wal compact --branch main', "by main's policy; asks first"],
    ['argon wal compact --copy ../smaller', 'a copy without free space; use it with --store'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { given, output } = context;
      const copy = given.text('copy');
      if (copy !== undefined) return copyCompact(context, session, copy);
      const project = await targetProject(session, given);
      const named = given.text('branch');
      const own = named === undefined ? undefined : await knownBranch(session, project, named);
      const options = await optionsOf(given, session, project, own);
      const target =
        own === undefined ? { projectId: (await session.log.project(project)).id } : { branchId: own.id };
      const isDry = given.flag('dryRun');
      if (isDry || !given.flag('yes')) {
        const preview = await session.materializer.compact(target, { ...options, dryRun: true });
        const isNothing = !preview.branches.some(isCompacted);
        if (isDry || isNothing) {
          await output.result({ compaction: preview, done: false }, () => lines(preview, output, 'would go'));
          return;
        }
        await output.note(lines(preview, output, 'would go').join('\n'));
      }
      await confirm(context, `compact ${named === undefined ? `project '${project}'` : `branch '${named}'`}`);
      const report = await session.materializer.compact(target, { ...options, signal: session.signal });
      await output.result({ compaction: report, done: !report.aborted }, () => [
        ...lines(report, output, 'gone'),
        ...(report.aborted ? ['Stopped early; run it again to go on.'] : []),
      ]);
    }),
};

/** @throws UsageError, TagNotFoundError */
async function optionsOf(
  given: Arguments,
  session: Session,
  project: string,
  own: BranchRecord | undefined,
): Promise<CompactOptions> {
  const before = given.text('before');
  if (before === undefined) return {};
  if (/^\d+$/.test(before)) return { keep: { sinceLsn: readLsn(before, '--before') } };
  const tag = saidToBeTag(before);
  if (tag === undefined) {
    try {
      return { before: readTime(before, '--before', "a time ('30 days ago'), an LSN or a tag") };
    } catch (error) {
      // What is no time may be a name.
      if (!isTagLike(before)) throw error;
    }
  }
  const sincePin = tag ?? before;
  await knownTag(session, project, own, sincePin);
  return { keep: { sincePin } };
}

/** Whether there is anything to go over. */
function isCompacted({ horizon, missingPin }: BranchCompaction): boolean {
  return horizon > 0 && missingPin === null;
}

function lines(report: CompactReport, output: Output, went: string): readonly string[] {
  const { branches, chunks, chunkBytes } = report;
  const some = branches.filter(isCompacted);
  const held = branches.flatMap(({ branch, missingPin }) =>
    missingPin === null
      ? []
      : [
          `${branch} keeps all that it has: its policy is to keep tag ${missingPin} and later, and no branch has that tag.`,
        ],
  );
  if (some.length === 0) {
    return [
      ...held,
      held.length > 0 ? 'Nothing to compact.' : 'Every branch keeps all of its history; nothing to compact.',
    ];
  }
  const rows = some.map((each) => [
    each.isDeleted ? `${each.branch} (deleted)` : each.branch,
    String(each.horizon),
    count(each.kept),
    count(each.dropped),
    count(each.hollowed),
    byteSize(each.bytes),
    count(each.snapshots),
  ]);
  return [
    output.table(
      [
        { title: 'Branch' },
        { title: 'Kept from LSN', align: 'right' },
        { title: 'Entries kept', align: 'right' },
        { title: 'Dropped', align: 'right' },
        { title: 'Emptied', align: 'right' },
        { title: 'Documents', align: 'right' },
        { title: 'Snapshots', align: 'right' },
      ],
      rows,
    ),
    ...held,
    `${counted(chunks, 'chunk')} of snapshots (${byteSize(chunkBytes)}) ${went}`,
  ];
}
