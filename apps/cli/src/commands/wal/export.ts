import { exportLog } from '@argon/branch';
import type { CommandDefinition } from '../../cli/definition';
import { BRANCH, PROJECT } from '../../cli/options';
import { LOG_FORMATS, logFormat } from '../../export/log-format';
import { logPieces } from '../../export/log-pieces';
import { writeToFile, writeToStdout } from '../../export/sink';
import { byteSize, counted } from '../../render/numbers';
import { startProgress } from '../../render/progress';
import { readMoment } from '../../store/moment';
import { withSession } from '../../store/session';
import { target } from '../../store/target';

export const walExport: CommandDefinition = {
  path: 'wal export',
  summary: 'write the log of a branch, commit by commit, to a file or standard output',
  details:
    'Who changed what and when, with every document as it was afterwards, in canonical Extended JSON or BSON; the first ' +
    'document says what it is. All that the branch shows of its ancestors comes first, then its own chain, with what resets ' +
    'hid. --from begins with what the branch showed then; where history is compacted, it has to be given.',
  options: [
    PROJECT,
    BRANCH,
    { flags: '-o, --out <file>', description: 'the file (default: standard output)' },
    {
      flags: '--format <format>',
      description:
        'json is an array, ndjson has a line for each commit (default: as the file is called; ndjson)',
      choices: LOG_FORMATS,
    },
    { flags: '--from <moment>', description: 'what there was at this LSN or time, and what came then' },
    { flags: '--to <moment>', description: 'up to this LSN or time (default: now)' },
    { flags: '--gzip', description: 'gzip it (also: a file called .gz)' },
    { flags: '--force', description: 'replace the file if it exists' },
  ],
  examples: [
    ['argon wal export --branch main --out main.bson.gz', 'all of it'],
    ["argon wal export --from 'yesterday 17:00' --format ndjson", 'since then, to read or to pipe'],
    [
      'argon wal export --out log.ndjson --json',
      '{"project", "branch", "file", "bytes", "format", "entries"}',
    ],
  ],
  run: async (context) => {
    const { given } = context;
    const out = given.text('out') === '-' ? undefined : given.text('out');
    const format = logFormat(out, given.text('format'));
    const [from, to] = (['from', 'to'] as const).map((name) => {
      const text = given.text(name);
      return text === undefined ? undefined : readMoment(text, `--${name}`);
    });
    await withSession(context, async (session) => {
      const { project, branch } = await target(session, given);
      const line = await startProgress(
        context.terminal,
        { title: branch.name, total: undefined, unit: 'documents', noun: 'entries' },
        // Data that go to the screen would be mixed up with it.
        !context.output.json && (out !== undefined || context.terminal.stdout.isTTY !== true),
      );
      let entries = 0;
      const progress = (more: number): void => line.update({ documents: (entries += more) });
      const { store, materializer, signal } = session;
      const request = { project, branch: branch.name, from, to };
      const pieces = logPieces(format, exportLog(store, materializer, request, { signal, progress }));
      try {
        const gzip = given.flag('gzip') || /\.gz$/i.test(out ?? '');
        if (out === undefined) return await writeToStdout(pieces, context.terminal, gzip);
        const force = given.flag('force');
        const bytes = await writeToFile(pieces, out, context.terminal, { gzip, force });
        line.stop();
        const value = { project, branch: branch.name, file: out, bytes, format, entries };
        await context.output.result(value, () => [
          `Exported the log of ${project}~${branch.name} to ${out} (${counted(entries, 'entry', 'entries')}, ${byteSize(bytes)})`,
        ]);
      } finally {
        line.stop();
      }
    });
  },
};
