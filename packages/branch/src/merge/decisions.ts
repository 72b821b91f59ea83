import type { Value } from '@argon/bson';
import { documentKey } from '../document/document-key';
import type { Side } from '../document/merge-documents';
import type { CatalogQuestion, Decider, DocumentQuestion, OwnDocument } from './decide';

/** Whose a decision about a collection is. */
export type CatalogSubject = Pick<CatalogQuestion, 'collection' | 'what' | 'index'>;

/**
 * Decisions made before, of single documents, collections and indexes: from a plan, or of a person. In memory, as the
 * commit that they go into.
 */
export class Decisions {
  readonly #documents = new Map<string, Side | OwnDocument>();
  readonly #catalog = new Map<string, Side>();

  document(collection: string, id: Value, answer: Side | OwnDocument): void {
    this.#documents.set(documentKey(collection, id), answer);
  }

  catalog(subject: CatalogSubject, answer: Side): void {
    this.#catalog.set(catalogKey(subject.collection, subject), answer);
  }

  /** Decides as was decided. @param other decides what nothing was decided about */
  decider(other: Decider): Decider {
    // Of a collection that gets their name, later questions name it so; decisions know it by ours.
    const known = new Map<string, string>();
    const nameOf = ({ collection }: DocumentQuestion | CatalogQuestion) =>
      known.get(collection) ?? collection;
    return {
      document: (question) =>
        this.#documents.get(documentKey(nameOf(question), question.id)) ?? other.document(question),
      catalog: async (question) => {
        const answer =
          this.#catalog.get(catalogKey(nameOf(question), question)) ?? (await other.catalog(question));
        const { what, theirs, collection } = question;
        if (what === 'renamed' && answer === 'theirs' && typeof theirs === 'string')
          known.set(theirs, collection);
        return answer;
      },
    };
  }
}

function catalogKey(collection: string, { what, index = '' }: CatalogSubject): string {
  return `${collection}\0${what}\0${index}`;
}
