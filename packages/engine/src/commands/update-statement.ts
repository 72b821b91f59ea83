import {
  ObjectId,
  decodeDocument,
  encodeDocument,
  withIdFirst,
  documentId,
  type Collation,
  type Doc,
  type Value,
} from '@argon/bson';
import type { UpdateForm } from '@argon/wal';
import type { Variables } from '../aggregate/expression/expression';
import type { CollectionCatalog } from '@argon/materializer';
import { defaultCollation, type WantedCollation } from '../collation/wanted-collation';
import { CommandError } from '../handler/errors';
import { compileFilter, type Matcher } from '../match/compile';
import { compileUpdate, type Update } from '../update/compile';
import { upsertDocument } from '../update/upsert';
import { checkIdType } from './document-id';

export interface UpdateArguments {
  readonly filter: Doc;
  readonly update: Doc | Value[];
  readonly multi: boolean;
  readonly upsert: boolean;
  readonly arrayFilters: readonly Doc[] | undefined;
  readonly collation: WantedCollation;
  readonly hint?: Value | undefined;
  /** `c` of an update statement: variables for a pipeline. */
  readonly constants?: Doc | undefined;
  /** `let` of the command. */
  readonly variables: Variables | undefined;
}

/** An update with its filter, compiled once and applied to as many documents as match. */
export class UpdateStatement {
  readonly matcher: Matcher;
  readonly multi: boolean;
  readonly upsert: boolean;
  readonly hint: Value | undefined;
  readonly #update: Update;

  /** @throws CommandError for a filter or update that mongod would refuse */
  constructor(
    private readonly given: UpdateArguments,
    private readonly now: Date,
    byDefault?: Collation,
  ) {
    const collation = given.collation === 'default' ? byDefault : given.collation.collation;
    const variables = new Map([...(given.variables ?? []), ...(given.constants ?? [])]);
    this.#update = compileUpdate(given.update, {
      ...(given.arrayFilters === undefined ? {} : { arrayFilters: given.arrayFilters }),
      variables,
      collation,
    });
    if (given.constants !== undefined && this.#update.kind !== 'pipeline') {
      throw new CommandError(51198, 'Constant values may only be specified for pipeline updates');
    }
    // After the update, as mongod parses: of two mistakes the same one is told.
    this.matcher = compileFilter(given.filter, { now, variables, collation });
    this.multi = given.multi;
    this.hint = given.hint;
    this.upsert = given.upsert;
    if (this.upsert && this.matcher.usesExpr) {
      throw new CommandError(
        'QueryFeatureNotAllowed',
        '$expr is not allowed in the query predicate for an upsert',
      );
    }
    if (this.multi && this.#update.kind === 'replacement') {
      throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update');
    }
  }

  /** How the log notes its updates; undefined: they are made by operators. */
  get form(): UpdateForm | undefined {
    return this.#update.kind === 'operators' ? undefined : this.#update.kind;
  }

  /** The same in a collection, whose own collation it follows unless it has one. */
  in(catalog: CollectionCatalog | undefined): UpdateStatement {
    if (this.given.collation !== 'default') return this;
    const collation = defaultCollation(catalog);
    return collation === this.matcher.collation ? this : new UpdateStatement(this.given, this.now, collation);
  }

  /** The updated document, or undefined when the update changes nothing. */
  apply(bytes: Uint8Array): Uint8Array | undefined {
    const position = this.#update.needsPosition
      ? this.matcher.matchesWithPosition(bytes).position
      : undefined;
    const { document, changed } = this.#update.apply(decodeDocument(bytes), {
      now: this.now,
      ...(position === undefined ? {} : { position }),
    });
    return changed ? encodeDocument(document) : undefined;
  }

  /** The document an upsert inserts. */
  insertion(): Doc {
    const document = upsertDocument(this.#update, this.matcher.equalities(), this.now);
    const id = document.get('_id');
    if (id !== undefined) {
      const problem = checkIdType(id);
      if (problem !== undefined) throw problem;
    }
    const bytes = encodeDocument(document);
    return decodeDocument(withIdFirst(bytes, documentId(bytes) === undefined ? new ObjectId() : undefined));
  }
}
