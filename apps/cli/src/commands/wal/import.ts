import { importLog } from '@argon/branch';
import type { CommandDefinition } from '../../cli/definition';
import { logFormat, LOG_FORMATS } from '../../export/log-format';
import { readBson } from '../../import/read/bson';
import { readJson } from '../../import/read/json';
import { openSource, type ByteSource } from '../../import/source/bytes';
import { counted } from '../../render/numbers';
import { startProgress } from '../../render/progress';
import { withSession } from '../../store/session';

/** A commit holds documents of up to 16 MiB, three levels deep. */
const LIMITS = { longest: 64 * 1024 * 1024, maxDepth: 210 };

export const walImport: CommandDefinition = {
  path: 'wal import',
  summary: "take a log that 'wal export' wrote into a project or branch of its own",
  details:
    'The order, the commits, who made them and what they show at each are as they were; LSNs are new. Into a project that ' +
    'is made for it, times are as they were too. Into a new branch of a project that there is, commits have the time of the ' +
    'import: time may not run backward in a project. What was said of pins, policies, merges and other branches stays as a ' +
    'note, and does nothing. All or nothing.',
  arguments: [{ name: '<source>', description: 'the file, or - for standard input' }],
  options: [
    {
      flags: '-p, --project <name>',
      description: 'the project; made if there is none (default: as it was called)',
    },
    {
      flags: '-b, --branch <name>',
      description: 'the branch, which must not exist (default: as it was called)',
    },
    {
      flags: '--format <format>',
      description: 'the format (default: as the file is called; ndjson)',
      choices: LOG_FORMATS,
    },
  ],
  examples: [
    ['argon wal import main.bson.gz --project restored', 'a project of its own, with its times'],
    ['argon wal import log.ndjson --project shop --branch copy', 'a new branch of a project'],
    [
      'argon wal import - --format bson --project copy --json',
      '{"project", "branch", "commits", "entries", "notes", "timesKept", "headLsn"}',
    ],
  ],
  run: async (context) => {
    const { given, terminal, output } = context;
    const path = given.required(0);
    const format = logFormat(path === '-' ? undefined : path, given.text('format'));
    await withSession(context, async (session) => {
      const source = await openSource(path, terminal);
      const line = await startProgress(
        terminal,
        { title: source.name, total: source.size, unit: 'bytes', noun: 'entries' },
        !output.json,
      );
      let entries = 0;
      const progress = (more: number): void =>
        line.update({ documents: (entries += more), bytes: source.bytesRead() });
      const { store, materializer, log, actor, signal } = session;
      const request = {
        project: given.text('project'),
        branch: given.text('branch'),
        documents: documentsOf(source, format),
      };
      try {
        const report = await importLog(store, materializer, log, request, actor, { signal, progress });
        line.stop();
        const { project, branch, commits, notes, timesKept, head } = report;
        const value = { project, branch, commits, entries: report.entries, notes, timesKept, headLsn: head };
        await output.result(value, () => [
          `Imported ${counted(commits, 'commit')} (${counted(report.entries, 'entry', 'entries')}) into ${project}~${branch}`,
          `Current LSN: ${head}`,
          ...(timesKept ? [] : ['Their times are those of the import: the project had history already.']),
          ...(notes === 0
            ? []
            : [`${counted(notes, 'entry', 'entries')} about branches and policies kept as notes`]),
        ]);
      } finally {
        line.stop();
      }
    });
  },
};

function documentsOf({ chunks, name }: ByteSource, format: string): AsyncIterable<readonly Uint8Array[]> {
  return format === 'bson' ? readBson(chunks, name, LIMITS) : readJson(chunks, name);
}
