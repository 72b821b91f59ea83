import type { CollectionCatalog } from '@argon/materializer';
import type { Doc } from '@argon/bson';
import { indexSpecifications, isSameSpecification } from '../catalog/indexes';
import { differingOptions, modification, siteOptions } from '../catalog/options';
import { ask, MAJORITY, type Fields } from '../site/ask';
import { describeSite, indexesOf, type SiteCollection } from '../site/describe';
import { SiteServerError } from '../site/errors';
import type { Site } from '../site/site';
import { isTransient, persistently } from '../site/transient';
import { SiteRefusedError } from './errors';
import type { ShapePlan } from './shape-plan';

const NAMESPACE_NOT_FOUND = 26;
const INDEX_NOT_FOUND = 27;
/** While collections swap their names. */
const MOVING = 'argon_moving_';

/** Collections, indexes and views of a site, made what a branch has. What is done already is not done again. */
export class Shape {
  constructor(private readonly site: Site) {}

  /** Before documents are written: nothing is in their way afterwards. @throws SiteRefusedError, SiteServerError */
  async prepare(plan: ShapePlan, wanted: Iterable<CollectionCatalog>): Promise<void> {
    await this.drop(plan);
    await this.#rename(plan.renames);
    for (const catalog of plan.creates) await this.#create(catalog);
    for (const catalog of wanted) {
      if (catalog.type === 'view') continue;
      const stored = this.site.stored(catalog.name);
      const should = indexSpecifications(catalog);
      for (const index of await indexesOf(this.site, stored)) {
        if (should.some((each) => isSameIndex(each, index))) continue;
        const command = { dropIndexes: stored, index: index.get('name')! };
        await this.#ask(command, catalog.name, INDEX_NOT_FOUND);
      }
    }
  }

  /** What has no place any more. */
  async drop({ drops }: Pick<ShapePlan, 'drops'>): Promise<void> {
    for (const { stored, name } of drops) await this.#ask({ drop: stored }, name, NAMESPACE_NOT_FOUND);
  }

  /** After documents were written. @returns collections by UUID, as a position has them */
  async finish(wanted: readonly CollectionCatalog[]): Promise<Map<string, string>> {
    const present = await describeSite(this.site);
    const collections = new Map<string, string>();
    for (const catalog of wanted) {
      if (catalog.type === 'view') continue;
      await this.#makeIndexes(catalog);
      const there = present.get(catalog.name);
      if (there !== undefined) await this.#modify(catalog, there);
      if (there?.uuid !== undefined) collections.set(Buffer.from(catalog.uuid).toString('hex'), there.uuid);
    }
    for (const catalog of wanted.filter(({ type }) => type === 'view')) {
      const there = present.get(catalog.name);
      await (there === undefined ? this.#create(catalog) : this.#modify(catalog, there));
    }
    return collections;
  }

  /** Each as soon as its name is free; of those that wait for each other, one steps aside. */
  async #rename(renames: ShapePlan['renames']): Promise<void> {
    const waiting = new Map(renames.map(({ from, to }) => [from.stored, to]));
    while (waiting.size > 0) {
      const free = [...waiting].find(([, to]) => !waiting.has(this.site.stored(to)));
      const [from, to] = free ?? [...waiting][0]!;
      waiting.delete(from);
      const target = this.site.stored(free === undefined ? `${MOVING}${to}` : to);
      if (free === undefined) waiting.set(target, to);
      const named = (name: string): string => `${this.site.database.name}.${name}`;
      await this.#ask({ renameCollection: named(from), to: named(target), $db: 'admin' }, to);
    }
  }

  async #create(catalog: CollectionCatalog): Promise<void> {
    const options = siteOptions(this.site, catalog);
    for (const field of ['uuid', 'autoIndexId', 'idIndex']) options.delete(field);
    const { name } = catalog;
    await this.#ask({ create: this.site.stored(name), ...Object.fromEntries(options) }, name);
  }

  async #makeIndexes(catalog: CollectionCatalog): Promise<void> {
    const stored = this.site.stored(catalog.name);
    const there = await indexesOf(this.site, stored);
    const missing = indexSpecifications(catalog).filter(
      (index) => !there.some((each) => isSameIndex(each, index)),
    );
    if (missing.length === 0) return;
    const index = missing.map((each) => String(each.get('name'))).join("', '");
    await this.#ask({ createIndexes: stored, indexes: missing }, catalog.name, undefined, index);
  }

  async #modify(catalog: CollectionCatalog, there: SiteCollection): Promise<void> {
    const wanted = siteOptions(this.site, catalog);
    const names = differingOptions(wanted, there.options);
    if (names.length === 0) return;
    await this.#ask({ collMod: there.stored, ...modification(names, wanted) }, catalog.name);
  }

  async #ask(command: Fields, collection: string, unless?: number, index?: string): Promise<void> {
    try {
      await persistently(() => ask(this.site.database, { ...command, writeConcern: MAJORITY }));
    } catch (error) {
      if (!(error instanceof SiteServerError) || isTransient(error)) throw error;
      if (error.mongoCode === unless) return;
      const what = Object.keys(command)[0]!;
      throw new SiteRefusedError(this.site.location, collection, `${what}: ${error.message}`, {
        code: error.mongoCode,
        ...(index === undefined ? {} : { index }),
      });
    }
  }
}

function isSameIndex(a: Doc, b: Doc): boolean {
  return a.get('name') === b.get('name') && isSameSpecification(a, b);
}
