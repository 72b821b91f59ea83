import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { RolloutPlan } from '@argon/branch/rollout';
import type { CommandContext } from '../cli/context';
import { loadConfig } from '../config/config-file';
import { FileNotFoundError } from '../errors/file-errors';

const NAMES = ['rollout.yaml', 'rollout.yml', 'rollout.json'];

/** The plan that `--plan` names, or the nearest rollout.yaml from the working folder upward. @throws FileNotFoundError, ConfigFileError, RolloutPlanError */
export async function rolloutPlan({
  terminal: { cwd },
  given,
}: CommandContext): Promise<{ plan: RolloutPlan; path: string }> {
  const named = given.text('plan');
  const path = named === undefined ? nearest(cwd) : resolve(cwd, named);
  if (path === undefined || !existsSync(path)) throw new FileNotFoundError(path ?? join(cwd, NAMES[0]!));
  const { readRolloutPlan } = await import('@argon/branch/rollout');
  return { plan: readRolloutPlan(await loadConfig(path), path), path };
}

function nearest(folder: string): string | undefined {
  const found = NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (found !== undefined || dirname(folder) === folder) return found;
  return nearest(dirname(folder));
}
