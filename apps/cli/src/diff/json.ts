import {
  differenceDocument,
  type CollectionDifference,
  type CollectionStat,
  type Diff,
  type DiffPoint,
  type DocumentDifference,
} from '@argon/branch';
import { stringifyEjson, type Doc } from '@argon/bson';
import type { CollectionCatalog, IndexDefinition } from '@argon/materializer';
import { isoTime } from '../render/numbers';

/** The two places. */
export function placesJson({ from, to }: Diff): object {
  return { from: pointJson(from), to: pointJson(to) };
}

function pointJson({ project, branch, lsn, timestamp }: DiffPoint): object {
  return { project, branch, lsn, timestamp: isoTime(timestamp) };
}

/** What is said differently of a collection; values in canonical Extended JSON. */
export function catalogJson({
  before,
  after,
  renamed,
  optionsChanged,
  indexes,
}: CollectionDifference): object {
  return {
    before: before === undefined ? null : stateJson(before),
    after: after === undefined ? null : stateJson(after),
    renamed,
    optionsChanged,
    indexes: indexes.map((index) => ({
      name: index.name,
      before: specificationJson(index.before),
      after: specificationJson(index.after),
    })),
  };
}

export function statJson({ collection, catalog, fields, ...rest }: CollectionStat): object {
  return {
    collection,
    ...rest,
    fields: Object.fromEntries(fields),
    catalog: catalog === undefined ? null : catalogJson(catalog),
  };
}

/** A document that differs, in canonical Extended JSON on one line. */
export function documentJson(difference: DocumentDifference): string {
  return stringifyEjson(differenceDocument(difference), { relaxed: false });
}

function stateJson({ name, type, options }: CollectionCatalog): object {
  return { name, type, options: plain(new Map(options)) };
}

function specificationJson(index: IndexDefinition | undefined): unknown {
  return index === undefined ? null : plain(new Map(index.specification));
}

function plain(doc: Doc): unknown {
  return JSON.parse(stringifyEjson(doc, { relaxed: false }));
}
