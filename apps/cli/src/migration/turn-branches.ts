import { ArgonError } from '@argon/bson';
import type { MigrationDifferenceError, MigrationOptions, MigrationReport } from '@argon/migrate';
import type { CommandContext } from '../cli/context';
import type { OptionDefinition } from '../cli/definition';
import { rateOf } from '../copy/rate';
import { verifyJson, verifyLines } from '../copy/report';
import { UsageError } from '../errors/errors';
import { counted, duration } from '../render/numbers';
import { startProgress, type Progress } from '../render/progress';

/** Options of whatever turns branches over. */
export const TURN_OPTIONS: readonly OptionDefinition[] = [
  { flags: '--all', description: 'every branch of the legacy database, parents first' },
  { flags: '--rate <documents>', description: 'copy no more documents than this in a second' },
  {
    flags: '--leave-out',
    description: 'even if options, indexes or views are not the same; documents have to be',
  },
  { flags: '--skip-verify', description: 'without comparing both sides first' },
];

/** The branches that are meant: those named, or with --all all. @throws UsageError */
export function branchesMeant({ given }: CommandContext, all: readonly string[]): readonly string[] {
  const named = given.rest(0);
  if (given.flag('all') === named.length > 0) throw new UsageError('Name branches, or give --all.');
  return given.flag('all') ? all : named;
}

/** A branch that is to be turned over. */
interface Turned {
  readonly name: string;
  /** How many there are about; undefined: nobody has asked. */
  readonly documents: number | undefined;
}

type Turn = (branch: string, options: MigrationOptions) => Promise<MigrationReport>;

/**
 * Turns branches over, one by one, with progress, and tells of them. The first that fails ends it; what was done until then
 * is told of all the same, and if its two sides are not the same, how they differ.
 * @param where the branches are served from then, in words
 */
export async function turnBranches(
  context: CommandContext,
  branches: readonly Turned[],
  where: string,
  turn: Turn,
): Promise<void> {
  const { output } = context;
  const reports: MigrationReport[] = [];
  for (const branch of branches) {
    const started = performance.now();
    try {
      reports.push(await turnBranch(context, branch, turn));
    } catch (error) {
      const lines = reports.map((report) => reportLine(report, where));
      if (isDifference(error)) {
        const verified = { ...error.report, branch: branch.name };
        const milliseconds = performance.now() - started;
        lines.push(...verifyLines(verified, output, 'the prefixed collections'));
        reports.push({ branch: branch.name, turned: false, verified, milliseconds });
      }
      if (reports.length > 0) await output.result({ branches: reports.map(reportJson) }, () => lines);
      throw error;
    }
  }
  await output.result({ branches: reports.map(reportJson) }, () =>
    reports.map((report) => reportLine(report, where)),
  );
}

/** By its code: its package brings the driver, which takes a while to load. */
function isDifference(error: unknown): error is MigrationDifferenceError {
  return error instanceof ArgonError && error.code === 'ARGON_MIGRATE_DIFFERENCE';
}

async function turnBranch(
  { given, terminal, output }: CommandContext,
  { name, documents: total }: Turned,
  turn: Turn,
): Promise<MigrationReport> {
  const documentsPerSecond = rateOf(given);
  let line: Progress | undefined;
  let documents = 0;
  let shown = Promise.resolve();
  const step = (what: string) => {
    shown = shown.then(async () => {
      line?.stop();
      documents = 0;
      const title = `${name}: ${what}`;
      const isCounted = what !== 'turning';
      line = await startProgress(
        terminal,
        { title, total: isCounted ? total : undefined, unit: 'documents' },
        !output.json,
      );
    });
  };
  try {
    return await turn(name, {
      documentsPerSecond,
      leaveOut: given.flag('leaveOut'),
      verify: !given.flag('skipVerify'),
      ignoreShadowReads: given.flag('ignoreShadowReads'),
      anew: given.flag('anew'),
      watch: {
        signal: terminal.signal,
        step,
        progress: (more) => void line?.update({ documents: (documents += more) }),
      },
    });
  } finally {
    await shown;
    line?.stop();
  }
}

function reportJson({ branch, turned, verified, milliseconds }: MigrationReport): object {
  return {
    branch,
    turned,
    verified: verified === undefined ? null : verifyJson(verified),
    seconds: milliseconds / 1000,
  };
}

function reportLine({ branch, turned, verified, milliseconds }: MigrationReport, where: string): string {
  if (!turned) return `${branch} is ${where} already`;
  const compared =
    verified === undefined ? 'not compared' : `${counted(verified.documents, 'document')} compared, equal`;
  return `${branch} is ${where} now · ${compared} · ${duration(milliseconds)}`;
}
