import { type Doc, type Value } from '@argon/bson';
import { hostname } from 'node:os';
import { CommandError } from '../handler/errors';
import { idIndexOf } from '../commands/index-options/id-index';
import { indexSpecification } from '../commands/index-options/listing';
import { whole } from '../handler/arguments';
import { amount } from './amount';
import { storageStatistics } from './collection-statistics';
import type { PipelineEnvOptions } from '../plan/pipeline-source';

/** Since when uses of indexes would be counted. */
const SINCE = new Date();

/** The one document of `$collStats`. @throws CommandError NamespaceNotFound */
export async function* collectionDocuments(
  options: PipelineEnvOptions,
  collection: string,
  specification: Doc,
): AsyncGenerator<readonly Doc[]> {
  const reads = options.reads();
  if (reads === undefined) return;
  const view = reads.view(collection);
  const document = new Map<string, Value>([
    ['ns', `${options.database}.${collection}`],
    ['host', hostname()],
    ['localTime', options.now],
  ]);
  const storage = specification.get('storageStats');
  const asked = storage === undefined ? 'count' : 'storageStats';
  if (view.catalog === undefined && (storage !== undefined || specification.has('count'))) {
    throw new CommandError(
      'NamespaceNotFound',
      `Unable to retrieve ${asked} in $collStats stage :: caused by :: Collection [${options.database}.${collection}] not found.`,
    );
  }
  if (storage instanceof Map) {
    const scale = Math.max(1, whole(storage.get('scale')) ?? 1);
    document.set('storageStats', await storageStatistics(view, scale, () => reads.check()));
  }
  if (specification.has('count')) document.set('count', amount(view.count));
  yield [document];
}

/** A document for each index; how often each was used is not counted. */
export async function* indexDocuments(
  options: PipelineEnvOptions,
  collection: string,
): AsyncGenerator<readonly Doc[]> {
  const catalog = options.reads()?.view(collection).catalog;
  if (catalog === undefined) return;
  yield [idIndexOf(catalog), ...catalog.indexes.map(indexSpecification)].map((specification) => {
    return new Map<string, Value>([
      ['name', specification.get('name')!],
      ['key', specification.get('key')!],
      ['host', hostname()],
      [
        'accesses',
        new Map<string, Value>([
          ['ops', amount(0)],
          ['since', SINCE],
        ]),
      ],
      ['spec', specification],
    ]);
  });
}
