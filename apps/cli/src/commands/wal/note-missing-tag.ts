import type { Output } from '../../render/output';
import type { Session } from '../../store/session';
import { policiesOf, projectPolicyOf } from './policy';

/** Says of a tag that was deleted whether a policy names it, for then nothing goes of the branches that it is for. */
export async function noteMissingTag(
  output: Output,
  session: Session,
  project: string,
  name: string,
): Promise<void> {
  const branches = await session.log.list(project);
  const policy = projectPolicyOf(branches, (await session.log.project(project)).id);
  const held = policiesOf(branches, policy).filter(
    ({ effective, tagLsn }) => 'sincePin' in effective && effective.sincePin === name && tagLsn === null,
  );
  if (held.length === 0) return;
  const names = held.map(({ branch }) => branch).join(', ');
  await output.note(
    `Policies name it, so compaction drops nothing of ${names} until there is such a tag again, or another policy ` +
      '(argon wal keep).',
  );
}
