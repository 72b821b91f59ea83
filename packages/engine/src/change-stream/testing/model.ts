import { decodeDocument, encodeDocument, idKey, type Doc, type Value } from '@argon/bson';

/** What somebody knows of a database who has nothing but the events of its change stream. */
export class Model {
  readonly collections = new Map<string, Map<string, Doc>>();

  apply(event: Doc): void {
    const ns = event.get('ns') as Doc | undefined;
    const name = ns?.get('coll') as string;
    const key = idKey((event.get('documentKey') as Doc | undefined)?.get('_id') ?? null);
    switch (event.get('operationType')) {
      case 'insert':
        if (this.#documents(name).has(key)) throw new Error(`${name} has ${key} already`);
        this.#documents(name).set(key, event.get('fullDocument') as Doc);
        return;
      case 'replace':
        this.#known(name, key);
        this.#documents(name).set(key, event.get('fullDocument') as Doc);
        return;
      case 'update':
        this.#documents(name).set(
          key,
          updated(this.#known(name, key), event.get('updateDescription') as Doc),
        );
        return;
      case 'delete':
        this.#known(name, key);
        this.#documents(name).delete(key);
        return;
      case 'create':
        if (this.collections.has(name)) throw new Error(`${name} is there already`);
        this.collections.set(name, new Map());
        return;
      case 'drop':
        this.#documents(name);
        this.collections.delete(name);
        return;
      case 'rename': {
        const documents = this.#documents(name);
        this.collections.delete(name);
        this.collections.set((event.get('to') as Doc).get('coll') as string, documents);
        return;
      }
      default:
    }
  }

  #documents(name: string): Map<string, Doc> {
    const found = this.collections.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  #known(name: string, key: string): Doc {
    const found = this.#documents(name).get(key);
    if (found === undefined) throw new Error(`${name} has no ${key}`);
    return found;
  }
}

/** A document after what an `updateDescription` (with `disambiguatedPaths`) says. */
function updated(document: Doc, description: Doc): Doc {
  const copy = decodeDocument(encodeDocument(document));
  const paths = description.get('disambiguatedPaths') as Doc;
  const partsOf = (path: string) => (paths.get(path) as (string | number)[] | undefined) ?? path.split('.');
  for (const path of description.get('removedFields') as string[]) remove(copy, partsOf(path));
  for (const each of description.get('truncatedArrays') as Doc[]) {
    const array = valueAt(copy, partsOf(each.get('field') as string)) as Value[];
    array.length = each.get('newSize') as number;
  }
  for (const [path, value] of description.get('updatedFields') as Doc) set(copy, partsOf(path), value);
  return copy;
}

type Parts = readonly (string | number)[];

function child(value: Value | undefined, part: string | number): Value | undefined {
  if (Array.isArray(value)) return value[Number(part)];
  return value instanceof Map ? value.get(String(part)) : undefined;
}

function valueAt(document: Doc, parts: Parts): Value | undefined {
  let value: Value | undefined = document;
  for (const part of parts) value = child(value, part);
  return value;
}

function set(document: Doc, parts: Parts, value: Value): void {
  const holder = valueAt(document, parts.slice(0, -1));
  const last = parts.at(-1)!;
  if (Array.isArray(holder)) holder[Number(last)] = value;
  else (holder as Doc).set(String(last), value);
}

function remove(document: Doc, parts: Parts): void {
  (valueAt(document, parts.slice(0, -1)) as Doc).delete(String(parts.at(-1)));
}
