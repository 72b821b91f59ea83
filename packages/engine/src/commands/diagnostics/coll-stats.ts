import { CommandError } from '../../handler/errors';
import type { Operation } from '../../handler/operation';
import { okReply } from '../../handler/reply';
import { storageStatistics } from '../../statistics/collection-statistics';
import { refuseView } from '../../stored-views/refuse';
import { bsonTypeName } from '@argon/bson';
import { checkTypes, whole } from '../../handler/arguments';
import { CommandDefinition } from '../definition';

export const collStatsCommand = new CommandDefinition({
  name: 'collStats',
  aliases: ['collstats'],
  help: "A collection's size, count and indexes.",
  run: async (operation) => {
    const given = operation.command.get(operation.command.name);
    if (typeof given !== 'string') {
      throw new CommandError(
        'InvalidNamespace',
        `collection name has invalid type ${bsonTypeName(given ?? null)}`,
      );
    }
    const collection = operation.collectionName();
    const scale = readScale(operation);
    const view = await operation.view(collection);
    refuseView(view, operation.namespace(collection));
    const statistics = await storageStatistics(view, scale, () => operation.checkTime());
    return okReply({ ns: operation.namespace(collection), ...Object.fromEntries(statistics) });
  },
});

function readScale({ command }: Operation): number {
  checkTypes(command, 'collStats', { scale: 'safeInt' });
  const scale = whole(command.get('scale')) ?? 1;
  if (scale < 1) {
    throw new CommandError(51024, `BSON field 'scale' value must be >= 1, actual value '${scale}'`);
  }
  return scale;
}
