import type { Doc, Value } from '@argon/bson';
import { clusteredIndexOf, indexCount } from '../view/clustered';
import type { CollectionView } from '../view/collection-view';
import { dataSize } from '../view/data-size';
import { amount } from './amount';

/**
 * What collStats and `$collStats` tell of a collection's storage, sizes divided by `scale`. The documents are what takes
 * room, and lie uncompressed in the log; indexes are made from it and take none of their own.
 */
export async function storageStatistics(
  view: CollectionView,
  scale: number,
  check: () => void,
): Promise<Doc> {
  const { catalog } = view;
  if (catalog === undefined) return absentStatistics(scale);
  const bytes = await dataSize(view, check);
  const scaled = (size: number) => amount(size / scale);
  const isCapped = catalog.options.get('capped') === true;
  const indexes = [
    ...(clusteredIndexOf(catalog) === undefined ? ['_id_'] : []),
    ...catalog.indexes.map(({ name }) => name),
  ];
  return new Map<string, Value>([
    ['size', scaled(bytes)],
    ['count', amount(view.count)],
    ...(view.count === 0 ? [] : ([['avgObjSize', amount(bytes / view.count)]] as const)),
    ['numOrphanDocs', 0],
    ['storageSize', scaled(bytes)],
    ['freeStorageSize', 0],
    ['capped', isCapped],
    ...(isCapped ? cappedStatistics(catalog.options, scaled) : []),
    ['nindexes', indexCount(catalog)],
    ['indexDetails', new Map(indexes.map((name) => [name, new Map()]))],
    ['indexBuilds', []],
    ['totalIndexSize', 0],
    ['totalSize', scaled(bytes)],
    ['indexSizes', new Map(indexes.map((name) => [name, 0]))],
    ['scaleFactor', amount(scale)],
  ]);
}

function cappedStatistics(
  options: ReadonlyMap<string, Value>,
  scaled: (size: number) => Value,
): (readonly [string, Value])[] {
  return [
    ['max', options.get('max') ?? 0],
    ['maxSize', scaled(options.get('size') as number)],
  ];
}

function absentStatistics(scale: number): Doc {
  return new Map<string, Value>([
    ['size', 0],
    ['count', 0],
    ['numOrphanDocs', 0],
    ['storageSize', 0],
    ['totalSize', 0],
    ['nindexes', 0],
    ['totalIndexSize', 0],
    ['indexDetails', new Map()],
    ['indexSizes', new Map()],
    ['scaleFactor', amount(scale)],
  ]);
}
