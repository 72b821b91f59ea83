import { isNumber, toNumber } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import type { Operation } from '../../handler/operation';
import { okReply } from '../../handler/reply';
import { amount, quotient } from '../../statistics/amount';
import { hasViews, isView } from '../../stored-views/resolve';
import { indexCount } from '../../view/clustered';
import { dataSize } from '../../view/data-size';
import { CommandDefinition } from '../definition';
import { truth } from '../../handler/arguments';

/** `fsUsedSize` and `fsTotalSize` are left out: a store need not lie in a file system. */
export const dbStatsCommand = new CommandDefinition({
  name: 'dbStats',
  aliases: ['dbstats'],
  help: "The size of a branch's collections.",
  run: async (operation) => {
    const scale = readScale(operation);
    const state = await operation.state();
    let [collections, views, objects, bytes, indexes] = [0, 0, 0, 0, 0];
    for (const { catalog, count } of state?.collections.values() ?? []) {
      if (isView(catalog)) {
        views += 1;
        continue;
      }
      collections += 1;
      objects += count;
      indexes += indexCount(catalog);
      bytes += await dataSize(operation.viewOf(state, catalog.name), () => operation.checkTime());
    }
    if (state !== undefined && hasViews(state)) {
      // `system.views` with its index, as mongod counts it.
      collections += 1;
      indexes += 1;
      objects += views;
    }
    const free = truth(operation.command.get('freeStorage'));
    const scaled = scale === 1 ? amount(bytes) : quotient(bytes / scale);
    return okReply({
      db: operation.database,
      collections,
      views,
      objects: amount(objects),
      avgObjSize: objects === 0 ? 0 : quotient(bytes / objects),
      dataSize: bytes === 0 ? 0 : scaled,
      storageSize: bytes === 0 ? 0 : scaled,
      freeStorageSize: free ? 0 : undefined,
      indexes,
      indexSize: 0,
      indexFreeStorageSize: free ? 0 : undefined,
      totalSize: bytes === 0 ? 0 : scaled,
      totalFreeStorageSize: free ? 0 : undefined,
      scaleFactor: amount(scale),
    });
  },
});

function readScale({ command }: Operation): number {
  const given = command.get('scale') ?? 1;
  if (!isNumber(given)) throw new CommandError(0, 'scale has to be a number > 0');
  const scale = Math.trunc(toNumber(given));
  if (scale < 1) throw new CommandError(0, 'scale has to be > 0');
  return scale;
}
