import { validateDocument, type Doc, type Value } from '@argon/bson';
import type { CollectionCatalog } from '@argon/materializer';
import { defaultCollation } from '../../collation/wanted-collation';
import { CommandError } from '../../handler/errors';
import type { Operation } from '../../handler/operation';
import { okReply } from '../../handler/reply';
import { amount } from '../../statistics/amount';
import { isView } from '../../stored-views/resolve';
import { compileValidator } from '../../validate/validator';
import { clusteredIndexOf } from '../../view/clustered';
import type { CollectionView } from '../../view/collection-view';
import { ID_INDEX_DEFINITION } from '../../view/id-index-view';
import { truth } from '../../handler/arguments';
import { CommandDefinition } from '../definition';

/**
 * Reads every document and every index of the collection. That the log itself is whole, `argon verify` tells.
 */
export const validateCommand = new CommandDefinition({
  name: 'validate',
  help: "Checks a collection's documents and indexes.",
  fields: [
    'full',
    'repair',
    'metadata',
    'background',
    'checkBSONConformance',
    'enforceFastCount',
    'fixMultikey',
  ],
  run: async (operation) => {
    const collection = operation.collectionName();
    const namespace = operation.namespace(collection);
    const { metadata } = readFlags(operation);
    const view = await operation.view(collection);
    const { catalog } = view;
    if (isView(catalog)) throw new CommandError('CommandNotSupportedOnView', 'Cannot validate a view');
    if (catalog === undefined) {
      throw new CommandError('NamespaceNotFound', `Collection '${namespace}' does not exist to validate.`);
    }
    const errors: string[] = [];
    const warnings: string[] = [];
    const found = metadata ? {} : await examine(operation, view, catalog, errors, warnings);
    return okReply({
      ns: namespace,
      ...found,
      valid: errors.length === 0,
      repaired: false,
      warnings,
      errors,
      extraIndexEntries: [],
      missingIndexEntries: [],
      corruptRecords: [],
    });
  },
});

function readFlags({ command }: Operation): { metadata: boolean } {
  const flags = ['full', 'repair', 'metadata', 'background', 'checkBSONConformance'] as const;
  const [full, repair, metadata, background] = flags.map((flag) => truth(command.get(flag)));
  const refused = (message: string) =>
    new CommandError('InvalidOptions', `Running the validate command with ${message}`);
  if (background === true && full === true) {
    throw refused('both { background: true } and { full: true } is not supported.');
  }
  if (repair === true) throw refused('{ repair: true } can only be performed in standalone mode.');
  return { metadata: metadata === true };
}

async function examine(
  operation: Operation,
  view: CollectionView,
  catalog: CollectionCatalog,
  errors: string[],
  warnings: string[],
): Promise<Record<string, Value>> {
  const validator = catalog.options.get('validator');
  const matcher =
    validator instanceof Map ? compileValidator(validator, defaultCollation(catalog)) : undefined;
  let [records, invalid, nonCompliant] = [0, 0, 0];
  for await (const { documents } of view.scan()) {
    operation.checkTime();
    for (const bytes of documents) {
      records += 1;
      if (!isSound(bytes)) invalid += 1;
      else if (matcher?.matches(bytes) === false) nonCompliant += 1;
    }
  }
  if (invalid > 0) errors.push(`Detected ${invalid} invalid documents.`);
  if (nonCompliant > 0) {
    warnings.push(
      "Collection has documents that don't comply with the collection's schema. Consider using validationLevel 'moderate' or 'off'",
    );
  }
  const keysPerIndex: Doc = new Map();
  const indexDetails: Doc = new Map();
  const isClustered = clusteredIndexOf(catalog) !== undefined;
  for (const definition of [...(isClustered ? [] : [ID_INDEX_DEFINITION]), ...catalog.indexes]) {
    const index = await view.index(definition);
    keysPerIndex.set(definition.name, amount((await index?.count({}, Infinity)) ?? 0));
    indexDetails.set(definition.name, new Map([['valid', index !== undefined]]));
    if (index === undefined) errors.push(`Index '${definition.name}' cannot be read.`);
  }
  return {
    nInvalidDocuments: amount(invalid),
    nNonCompliantDocuments: amount(nonCompliant),
    nrecords: amount(records),
    nIndexes: keysPerIndex.size,
    keysPerIndex,
    indexDetails,
  };
}

function isSound(bytes: Uint8Array): boolean {
  try {
    validateDocument(bytes);
    return true;
  } catch {
    return false;
  }
}
