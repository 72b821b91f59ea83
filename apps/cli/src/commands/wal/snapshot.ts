import type { CommandDefinition } from '../../cli/definition';
import { BRANCH, PROJECT } from '../../cli/options';
import { duration, isoTime } from '../../render/numbers';
import { withSession } from '../../store/session';
import { target } from '../../store/target';

export const walSnapshot: CommandDefinition = {
  path: 'wal snapshot',
  summary: 'write down what a branch holds now, so that reading it needs no replay',
  details:
    'Snapshots are taken in the background by themselves; one by hand is worth it before many readers open the store. ' +
    'They are derived from the log: what is lost is made again.',
  options: [PROJECT, BRANCH],
  examples: [
    ['argon wal snapshot', 'of the branch in use'],
    ['argon wal snapshot --branch feature-x --json', '{"snapshot": {"branch", "lsn", "takenAt"}}'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { branch } = await target(session, context.given);
      const started = performance.now();
      const { lsn, takenAt } = await session.materializer.snapshot(branch.id);
      const took = performance.now() - started;
      const value = { snapshot: { branch: branch.name, lsn, takenAt: isoTime(takenAt) } };
      await context.output.result(value, () => [
        `Snapshot taken: ${branch.name} at LSN ${lsn} (${duration(took)})`,
      ]);
    }),
};
