import { elementValue, type Doc, type Value } from '@argon/bson';
import { isDifference, type ArrayDifference, type DocumentDifference, type FoundValue } from './difference';

export interface DescriptionOptions {
  /** Whether paths that could be read in several ways are told apart (`showExpandedEvents`). */
  readonly disambiguated: boolean;
}

/** An event's `updateDescription`, of what differs between the two images. */
export function updateDescription(difference: DocumentDifference, options: DescriptionOptions): Doc {
  const description = new Description();
  description.document([], difference);
  const { updatedFields, removedFields, truncatedArrays, disambiguatedPaths } = description;
  const document: Doc = new Map<string, Value>([
    ['updatedFields', updatedFields],
    ['removedFields', removedFields],
    ['truncatedArrays', truncatedArrays],
  ]);
  if (options.disambiguated) document.set('disambiguatedPaths', disambiguatedPaths);
  return document;
}

type Path = readonly (string | number)[];

class Description {
  readonly updatedFields: Doc = new Map();
  readonly removedFields: Value[] = [];
  readonly truncatedArrays: Value[] = [];
  readonly disambiguatedPaths: Doc = new Map();

  document(path: Path, { removed, set, within }: DocumentDifference): void {
    for (const name of removed) this.removedFields.push(this.#named([...path, name]));
    for (const [name, value] of set) this.#set([...path, name], value);
    for (const [name, inner] of within) {
      const at = [...path, name];
      if (inner.kind === 'document') this.document(at, inner);
      else this.#array(at, inner);
    }
  }

  #array(path: Path, { length, items }: ArrayDifference): void {
    if (length !== undefined) {
      this.truncatedArrays.push(
        new Map<string, Value>([
          ['field', this.#named(path)],
          ['newSize', length],
        ]),
      );
    }
    for (const [index, change] of items) {
      const at = [...path, index];
      if (!isDifference(change)) this.#set(at, change);
      else if (change.kind === 'document') this.document(at, change);
      else this.#array(at, change);
    }
  }

  #set(path: Path, { bytes, element }: FoundValue): void {
    this.updatedFields.set(this.#named(path), elementValue(bytes, element));
  }

  /** The path with dots; if that could mean another one, it is noted what it consists of. */
  #named(path: Path): string {
    const name = path.join('.');
    const isAmbiguous = path.some(
      (part, i) => typeof part === 'string' && (part.includes('.') || (i > 0 && /^\d+$/.test(part))),
    );
    if (isAmbiguous) this.disambiguatedPaths.set(name, [...path]);
    return name;
  }
}
