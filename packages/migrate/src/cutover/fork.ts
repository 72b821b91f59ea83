import { WalBranchService, type Watch } from '@argon/branch';
import { standbyNameOf, type CrossingParts, type ForkRequest } from '@argon/branch/dual';
import { BranchNames, claim, type LegacyBranchService } from '@argon/branch/prefix';
import { formatAddress } from '@argon/engine';
import { BranchExistsError, type Actor } from '@argon/wal';
import { Checkout } from '../checkout/checkout';
import { namedSite, prefixSite } from '../site/site';
import { bringIn } from './bring-in';
import { standbyOf } from './standby-branch';

/** Makes a branch in the log of what a traditional one holds at one moment. It has its name when everything is there. */
export async function forkIntoLog(
  parts: CrossingParts,
  { from, name, ...request }: ForkRequest,
  actor: Actor,
  watch?: Watch,
): Promise<void> {
  const { log, directory } = parts;
  const { store, materializer } = log.engine;
  const service = new WalBranchService(store, materializer);
  const held = await claim(directory, name, 'create');
  try {
    const { branches } = await directory.refresh();
    const project = await store.project(directory.project);
    const isTaken = project !== undefined && (await store.branch(project.id, name)) !== undefined;
    if (branches.has(name) || isTaken) throw new BranchExistsError(name, 0);
    const site = await prefixSite(directory, from);
    const standby = standbyNameOf(name);
    await standbyOf(parts, name, from, actor);
    try {
      const mirror = await bringIn(parts, standby, site, { watch });
      await mirror.end();
      if (request.expiresAt !== undefined && request.expiresAt !== null) {
        await service.expire(directory.project, standby, request.expiresAt, actor);
      }
      await held.check();
      await service.rename(directory.project, standby, name, actor);
    } catch (error) {
      await service.delete(directory.project, standby, actor).catch(() => undefined);
      throw error;
    }
    if (request.protected === true) await service.protect(directory.project, name, true, actor);
  } finally {
    await held.release().catch(() => undefined);
    await directory.refresh().catch(() => undefined);
  }
}

/** Writes what a branch in the log shows, now or at a moment, to a prefix of its own. */
export async function forkToPrefix(
  { log, directory }: CrossingParts,
  legacy: LegacyBranchService,
  { from, name, at, type: _, ...options }: ForkRequest,
  actor: Actor,
  watch?: Watch,
): Promise<void> {
  const { project, database } = directory;
  await legacy.createFilled(
    name,
    from,
    options,
    actor,
    async ({ prefixes }) => {
      const shown = formatAddress({ project, branch: name });
      const site = namedSite(database, new BranchNames(name, prefixes, shown, database.name));
      // A branch of this name may have been made from the same one before, and dropped.
      await new Checkout({ engine: log.engine, project, branch: from, site }).run({ at, anew: true, watch });
    },
    watch,
  );
}
