import { BsonUndefined, encodeKey, valuesAtPath, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../../handler/errors';
import { compileFilter } from '../../../match/compile';
import { DEFAULT_MEMORY_LIMIT, type PipelineEnv } from '../../env';
import { isNullish } from '../../expression/truth';
import { approximateSize } from '../../memory';
import type { Batches } from '../stage';
import { batchesOf, collect } from '../stream';

/**
 * Another collection during one run of a stage that joins with it. Its documents are read once and kept if they fit
 * the memory limit; otherwise each request reads them again.
 */
export class ForeignCollection {
  private kept: readonly Doc[] | undefined;
  private isTooLarge = false;

  constructor(
    readonly name: string,
    private readonly env: PipelineEnv,
    private readonly filter?: Doc,
  ) {}

  /** All documents, in the collection's order. */
  async scan(): Promise<Batches> {
    if (this.kept === undefined && !this.isTooLarge) await this.load();
    return this.kept === undefined ? this.env.scan(this.name, this.filter) : batchesOf(this.kept);
  }

  /** All documents at once, if they fit. */
  async documents(): Promise<readonly Doc[] | undefined> {
    if (this.kept === undefined && !this.isTooLarge) await this.load();
    return this.kept;
  }

  private async load(): Promise<void> {
    const limit = this.env.memoryLimit ?? DEFAULT_MEMORY_LIMIT;
    const documents: Doc[] = [];
    let size = 0;
    for await (const batch of this.env.scan(this.name, this.filter)) {
      for (const document of batch) {
        documents.push(document);
        size += approximateSize(document);
      }
      if (size > limit) {
        this.isTooLarge = true;
        return;
      }
    }
    this.kept = documents;
  }
}

/** Finds the documents of a collection that hold a value in a field, as an equality filter would. */
export class ForeignIndex {
  private readonly collection: ForeignCollection;
  private readonly path: readonly string[];
  private byValue: Map<string, number[]> | undefined;
  private nullish: readonly number[] | undefined;

  constructor(
    name: string,
    private readonly field: string,
    private readonly env: PipelineEnv,
  ) {
    this.collection = new ForeignCollection(name, env);
    this.path = field.split('.');
  }

  /** Those that hold any of the values, in the collection's order. */
  async find(values: readonly Value[]): Promise<readonly Doc[]> {
    if (values.length === 0) return [];
    if (values.includes(BsonUndefined.VALUE))
      throw new CommandError('BadValue', 'cannot compare to undefined');
    const isIndexed = this.env.isIndexed?.(this.collection.name, this.field) === true;
    const documents = isIndexed ? undefined : await this.collection.documents();
    if (documents === undefined) return this.scanFor(values);
    const places = new Set<number>();
    for (const value of values) for (const place of this.placesOf(value, documents)) places.add(place);
    return [...places].sort((a, b) => a - b).map((place) => documents[place] as Doc);
  }

  private async scanFor(values: readonly Value[]): Promise<readonly Doc[]> {
    const conditions = values.map((value): Doc => new Map([[this.field, new Map([['$eq', value]])]]));
    const filter: Doc = conditions.length === 1 ? (conditions[0] as Doc) : new Map([['$or', conditions]]);
    return collect(this.env.scan(this.collection.name, filter));
  }

  private placesOf(value: Value, documents: readonly Doc[]): readonly number[] {
    if (isNullish(value)) return (this.nullish ??= this.nullishPlaces(documents));
    this.byValue ??= this.build(documents);
    return this.byValue.get(encodeKey([value], undefined, this.env.collation)) ?? [];
  }

  private build(documents: readonly Doc[]): Map<string, number[]> {
    const places = new Map<string, number[]>();
    for (const [place, document] of documents.entries()) {
      for (const value of valuesAtPath(document, this.path)) {
        const key = encodeKey([value], undefined, this.env.collation);
        const known = places.get(key);
        if (known === undefined) places.set(key, [place]);
        else if (known.at(-1) !== place) known.push(place);
      }
    }
    return places;
  }

  /** What equals null is for the filter to say: missing fields do, behind some arrays. */
  private nullishPlaces(documents: readonly Doc[]): readonly number[] {
    const matcher = compileFilter(new Map([[this.field, null]]));
    return documents.flatMap((document, place) => (matcher.matches(document) ? [place] : []));
  }
}

/**
 * The values that a document joins by: what the path leads to, of arrays their elements; through arrays on the way,
 * and by position where a step is a number.
 */
export function joinValues(document: Doc, path: readonly string[]): Value[] {
  const found: Value[] = [];
  visit(document, path, 0, found);
  return found;
}

function visit(value: Value | undefined, path: readonly string[], step: number, found: Value[]): void {
  if (value === undefined) return;
  if (step === path.length) {
    if (Array.isArray(value)) found.push(...value);
    else found.push(value);
    return;
  }
  const name = path[step] as string;
  if (value instanceof Map) visit(value.get(name), path, step + 1, found);
  else if (Array.isArray(value)) {
    if (/^(?:0|[1-9]\d*)$/.test(name)) visit(value[Number(name)], path, step + 1, found);
    for (const element of value) if (element instanceof Map) visit(element, path, step, found);
  }
}
