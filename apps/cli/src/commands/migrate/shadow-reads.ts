import type { CommandDefinition } from '../../cli/definition';
import { count } from '../../render/numbers';
import { checkNames, migrationOf } from '../../migration/service';
import { withSession } from '../../store/session';

export const migrateShadowReads: CommandDefinition = {
  path: 'migrate shadow-reads',
  summary: 'what came of reads that both sides of a branch were asked',
  details:
    'With wal.shadowReads (WAL_SHADOW_READS) above 0, programs that read a branch from its prefixed collections ask the log too, ' +
    "beside their work: of 100 reads so many, while 'argon migrate dual-write' keeps the log in step. Both are asked of the " +
    "same moment, so what differs would differ after the switch. 'argon migrate run' refuses a branch with differences.",
  arguments: [{ name: '[branch...]', description: 'the branches; without, all' }],
  options: [{ flags: '--forget', description: 'and count anew from here' }],
  examples: [
    ['argon migrate shadow-reads main', ''],
    [
      'argon migrate shadow-reads --json',
      '{"branches": [{"branch", "same", "different", "skipped", "differences": [{"at", "command", "problem"}]}]}',
    ],
    ['argon migrate shadow-reads main --forget', 'after the cause of a difference is gone'],
  ],
  run: async (context) =>
    withSession(context, async (session) => {
      const { output, given } = context;
      const migration = await migrationOf(session);
      const named = given.rest(0);
      const all = (await migration.status()).map(({ branch }) => branch);
      checkNames(named, all);
      const branches = named.length === 0 ? all : named;
      const tallies = await Promise.all(branches.map((branch) => migration.shadowReads(branch)));
      if (given.flag('forget')) for (const branch of branches) await migration.forgetShadowReads(branch);
      await output.result({ branches: tallies }, () => [
        output.table(
          [
            { title: 'Branch' },
            { title: 'Same', align: 'right' },
            { title: 'Different', align: 'right' },
            { title: 'Not compared', align: 'right' },
          ],
          tallies.map(({ branch, same, different, skipped }) => [
            ...[branch, count(same), count(different), count(skipped)],
          ]),
        ),
        ...tallies.flatMap(({ branch, differences }) =>
          differences.map(
            ({ at, command, problem }) => `${at.toISOString()} ${branch}: ${problem}\n  ${command}`,
          ),
        ),
      ]);
    }),
};
