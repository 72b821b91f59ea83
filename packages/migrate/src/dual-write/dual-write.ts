import { Places } from '@argon/branch';
import { checkFence, standbyNameOf, type CrossingParts } from '@argon/branch/dual';
import type { LegacyBranch } from '@argon/branch/prefix';
import type { Actor } from '@argon/wal';
import { Checkout } from '../checkout/checkout';
import { bringIn } from '../cutover/bring-in';
import { standbyOf } from '../cutover/standby-branch';
import { prefixSite } from '../site/site';
import type { DualWriteOptions, DualWriteStatus } from './contract';

/**
 * Keeps both sides of a branch in step until the signal: whatever is written to the one that serves it, and is acknowledged
 * there, is carried over to the other. Killed, it is begun again where it was.
 * @throws BranchBusyError; errors of Mirror or Checkout
 */
export async function writeBoth(
  parts: CrossingParts,
  record: LegacyBranch,
  actor: Actor,
  options: DualWriteOptions,
): Promise<void> {
  await checkFence(parts.directory, parts.log.engine.store, record.name);
  try {
    await (record.useWal ? toPrefix(parts, record, options) : toLog(parts, record, actor, options));
  } catch (error) {
    // Stopped before it was in step: that is how it is ended too.
    if (!options.signal.aborted || error !== options.signal.reason) throw error;
  }
}

async function toLog(
  parts: CrossingParts,
  { name, parent }: LegacyBranch,
  actor: Actor,
  { signal, documentsPerSecond, progress, inStep }: DualWriteOptions,
): Promise<void> {
  await standbyOf(parts, name, parent, actor);
  const site = await prefixSite(parts.directory, name);
  const watch = { signal, ...(progress === undefined ? {} : { progress }) };
  const mirror = await bringIn(parts, standbyNameOf(name), site, { documentsPerSecond, watch });
  try {
    const follows = mirror.follow(signal);
    const caughtUp = mirror.now().then(async (time) => {
      await mirror.caughtUpTo(time);
      const status = (): DualWriteStatus => ({
        branch: name,
        authority: 'traditional',
        lagMs: mirror.status().lagMs,
        failing: undefined,
      });
      inStep?.(status);
    });
    // What ends it is told by `follows`.
    caughtUp.catch(() => undefined);
    await follows;
  } finally {
    await mirror.close();
  }
}

async function toPrefix(
  { log, directory }: CrossingParts,
  { name }: LegacyBranch,
  { signal, documentsPerSecond, progress, inStep }: DualWriteOptions,
): Promise<void> {
  const { engine } = log;
  const { project } = directory;
  const site = await prefixSite(directory, name);
  const places = new Places(engine.store, engine.materializer);
  const { lsn } = await places.stateOf(await places.branch(project, name));
  const checkout = new Checkout({ engine, project, branch: name, site, documentsPerSecond });
  const watch = { signal, ...(progress === undefined ? {} : { progress }) };
  const follower = checkout.follow(signal, { overwrite: true, watch });
  const caughtUp = follower.caughtUpTo(lsn).then(() => {
    inStep?.(() => ({
      branch: name,
      authority: 'wal',
      lagMs: follower.status.lagMs,
      failing: follower.status.failing,
    }));
  });
  caughtUp.catch(() => undefined);
  await follower.done;
}
