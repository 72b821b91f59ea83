import type { DualWriteStatus, MigrationService } from '@argon/migrate';
import type { CommandContext } from '../../cli/context';
import type { CommandDefinition } from '../../cli/definition';
import { rateOf } from '../../copy/rate';
import { checkNames, migrationOf } from '../../migration/service';
import { branchesMeant } from '../../migration/turn-branches';
import { count } from '../../render/numbers';
import { startProgress } from '../../render/progress';
import { withSession, type Session } from '../../store/session';

const SIDES = { traditional: 'prefixed collections', wal: 'the log' } as const;

export const migrateDualWrite: CommandDefinition = {
  path: 'migrate dual-write',
  summary: 'keep both sides of branches in step, whichever is served',
  details:
    'What programs write to the side that serves a branch is carried over to the other, until Ctrl-C: from prefixed ' +
    'collections into the log before a branch is moved, and from the log to its prefixed collections afterwards, so that the ' +
    'way back is short. The side that serves keeps the last word. Run again, it goes on where it was, however it ended. ' +
    "Stop it before 'argon migrate run' or 'rollback', which go on from there.\n\n" +
    'While prefixed collections are served, wal.shadowReads says how many of 100 reads the log is asked too ' +
    "('argon migrate shadow-reads').",
  arguments: [{ name: '[branch...]', description: 'the branches' }],
  options: [
    { flags: '--all', description: 'every branch of the legacy database, parents first' },
    { flags: '--rate <documents>', description: 'copy no more documents than this in a second' },
    { flags: '--once', description: 'end when both sides are in step' },
  ],
  examples: [
    ['argon migrate dual-write main', 'until Ctrl-C'],
    [
      'argon migrate dual-write --all --once --json',
      '{"branches": [{"branch", "authority", "lagMs"}]}: how far the other side was behind at the end',
    ],
  ],
  run: async (context) => {
    const rate = rateOf(context.given);
    await withSession(context, async (session) => {
      const migration = await migrationOf(session);
      const all = (await migration.status()).map(({ branch }) => branch);
      const meant = branchesMeant(context, all);
      checkNames(meant, all);
      const ordered = all.filter((branch) => meant.includes(branch));
      const statuses = await keepInStep(context, session, migration, ordered, rate);
      const branches = statuses.map(({ branch, authority, lagMs }) => ({
        ...{ branch, authority },
        lagMs: lagMs === undefined ? null : Math.round(lagMs),
      }));
      await context.output.result({ branches }, () =>
        branches.map(
          ({ branch, authority }) =>
            `${branch}: both sides were in step, and ${SIDES[authority]} ${authority === 'wal' ? 'serves' : 'serve'} it`,
        ),
      );
    });
  },
};

/** Begins one after the other, parents first, so that a branch is copied as what differs. @returns how it stood at the end */
async function keepInStep(
  { terminal, output, given }: CommandContext,
  session: Session,
  migration: MigrationService,
  branches: readonly string[],
  documentsPerSecond: number | undefined,
): Promise<readonly DualWriteStatus[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([terminal.signal, stop.signal]);
  const title =
    branches.length === 1 ? `Both sides of ${branches[0]!}` : `Both sides of ${branches.length} branches`;
  const line = await startProgress(terminal, { title, total: undefined, unit: 'documents' }, !output.json);
  const inStep: (() => DualWriteStatus)[] = [];
  let documents = 0;
  const show = () =>
    line.update({
      documents,
      ...(inStep.length < branches.length ? {} : { state: stateOf(inStep.map((status) => status())) }),
    });
  const shown = setInterval(show, 250);
  const running: Promise<void>[] = [];
  try {
    for (const branch of branches) {
      if (signal.aborted) break;
      await new Promise<void>((resolve, reject) => {
        const following = migration.dualWrite(branch, session.actor, {
          signal,
          documentsPerSecond,
          progress: (more) => void (documents += more),
          inStep: (status) => {
            inStep.push(status);
            resolve();
          },
        });
        running.push(following);
        following.then(resolve, (error: unknown) => {
          // What one cannot go on after ends all.
          stop.abort(error);
          reject(error);
        });
      });
    }
    if (inStep.length === branches.length) {
      if (given.flag('once')) stop.abort();
      else await output.note('Both sides are in step; Ctrl-C to stop');
    }
    await Promise.all(running);
    return inStep.map((status) => status());
  } finally {
    clearInterval(shown);
    line.stop();
    stop.abort();
    await Promise.allSettled(running);
  }
}

function stateOf(statuses: readonly DualWriteStatus[]): string {
  const failing = statuses.find((status) => status.failing !== undefined);
  if (failing !== undefined) return `${failing.branch} waits: ${(failing.failing as Error).message}`;
  const slowest = Math.max(...statuses.map(({ lagMs }) => lagMs ?? 0));
  return `at most ${count(Math.round(slowest))} ms behind`;
}
