import type { Phase, RolloutPlan } from '@argon/branch/rollout';
import type { ConfigFile } from '../config/config-file';
import type { SettingName } from '../config/settings';
import { UsageError } from '../errors/errors';

/** Where a rollout is. */
export interface RolloutState {
  /** Undefined: it has not begun. */
  readonly phase: Phase | undefined;
  /** The phase's place in the plan, from 0; -1 before the first. */
  readonly index: number;
  /** When it began, ms since the epoch; undefined before the first. */
  readonly since: number | undefined;
}

/** @throws UsageError where the configuration names a phase that the plan does not have */
export function rolloutState(plan: RolloutPlan, { settings, path }: ConfigFile): RolloutState {
  const name = settings['rollout.phase'];
  if (name === undefined) return { phase: undefined, index: -1, since: undefined };
  const index = plan.phases.findIndex((phase) => phase.name === name);
  const since = Date.parse(settings['rollout.since'] ?? '');
  if (index < 0) {
    const names = plan.phases.map((phase) => phase.name).join(', ');
    throw new UsageError(
      `The rollout is in phase '${name}' (${path}), which the plan does not have; it has ${names}. ` +
        "Correct the plan, or say where it is: argon config set rollout.phase 'NAME'.",
    );
  }
  if (Number.isNaN(since)) {
    throw new UsageError(
      `'rollout.since' in ${path} is no time. Set it: argon config set rollout.since 2026-03-01.`,
    );
  }
  return { phase: plan.phases[index]!, index, since };
}

/** What settings become in a phase; before the first, the log is off. */
export function settingsIn(
  phase: Phase | undefined,
  now: number,
): Readonly<Partial<Record<SettingName, string | undefined>>> {
  if (phase === undefined) {
    return {
      'wal.enabled': 'false',
      'wal.branches': 'false',
      'rollout.phase': undefined,
      'rollout.since': undefined,
    };
  }
  const { name, percentage, existing } = phase;
  return {
    'wal.enabled': 'true',
    'wal.branches': String(percentage > 0),
    'wal.percentage': String(percentage),
    'wal.newBranchesOnly': String(!existing),
    'rollout.phase': name,
    'rollout.since': new Date(now).toISOString(),
  };
}

/** A phase in words. */
export function phaseText({ percentage, existing }: Phase): string {
  const share =
    percentage === 0
      ? 'only branches made with --use-wal are in the log'
      : percentage === 100
        ? 'new branches are in the log'
        : `${percentage} of 100 new branches are in the log`;
  return existing ? `${share}, and those that exist may be migrated` : share;
}
