import type { ArgonHandler } from '@argon/branch';
import type { DualMode } from '@argon/branch/dual';
import { flagsOf } from '../config/flags';
import type { EffectiveSetting } from '../config/effective';
import type { SettingName } from '../config/settings';

/**
 * The legacy database that settings name, attached to a log, and its branches brought to where the flags want them; undefined if they name none, for then flags have nothing to
 * decide. @throws FlagValueError, LegacyAddressError, LegacyUnreachableError
 */
export async function attachLegacy(
  settings: Readonly<Record<SettingName, EffectiveSetting>>,
  log: ArgonHandler,
  turnFailed: (branch: string, error: unknown) => void,
): Promise<DualMode | undefined> {
  const { value: legacy } = settings['legacy.uri'];
  if (legacy === undefined) return undefined;
  const flags = flagsOf(settings);
  const { value: project } = settings['legacy.project'];
  // It brings the driver, which takes longer to load than most commands take to run.
  const { DualMode } = await import('@argon/branch/dual');
  const { ShadowReads, SiteCrossing } = await import('@argon/migrate');
  const dual = await DualMode.open({
    log,
    legacy,
    flags: () => flags,
    crossing: (parts) => new SiteCrossing(parts),
    shadow: (parts, current) => new ShadowReads(parts, current),
    turnFailed,
    ...(project === undefined ? {} : { project }),
  });
  // What the flags want is so before anything is done, as there is no later.
  await dual.settle();
  return dual;
}
