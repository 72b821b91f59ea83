import type { Watch } from '@argon/branch';
import { servedNameOf, type CrossingParts } from '@argon/branch/dual';
import { Mirror } from '../mirror/mirror';
import { MirrorBusyError, MirrorTargetError } from '../mirror/errors';
import type { Site } from '../site/site';

export interface BringInOptions {
  readonly documentsPerSecond?: number | undefined;
  /** Everything is compared with the site, whatever was copied before. */
  readonly anew?: boolean | undefined;
  readonly watch?: Watch | undefined;
}

/** Makes a branch of the log hold what a site holds. @returns the mirror that did, to follow on or to close */
export async function bringIn(
  { log, directory }: CrossingParts,
  branch: string,
  site: Site,
  { documentsPerSecond, anew = false, watch }: BringInOptions,
): Promise<Mirror> {
  const mirror = await openMirror({
    engine: log.engine,
    project: directory.project,
    branch,
    site,
    takeOver: anew,
    ...(documentsPerSecond === undefined ? {} : { documentsPerSecond }),
  });
  try {
    await mirror.copy(watch);
    return mirror;
  } catch (error) {
    await mirror.close();
    throw error;
  }
}

/** Goes on where a mirror was before; of a branch that was written to since, everything is compared. */
async function openMirror(options: Parameters<typeof Mirror.open>[0]): Promise<Mirror> {
  try {
    return await Mirror.open(options);
  } catch (error) {
    if (error instanceof MirrorBusyError)
      throw new MirrorBusyError(servedNameOf(options.branch), error.holder);
    if (!(error instanceof MirrorTargetError)) throw error;
    return Mirror.open({ ...options, takeOver: true });
  }
}
