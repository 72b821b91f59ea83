import { Long, type Doc, type Value } from '@argon/bson';
import type { RecordRef } from '@argon/materializer';
import { CommandError } from '../handler/errors';
import type { Matcher } from '../match/compile';
import { compileProjection, type Projector } from '../project/compile';
import { compileSort, type Sorter } from '../sort/compile';
import { sortSelection } from './sort-selection';
import type { CollectionView } from '../view/collection-view';
import {
  chooseAccessPath,
  explainAccessPath,
  select,
  type AccessPath,
  type Examined,
  type Selection,
} from './access-path';

export interface FindQuery {
  readonly filter: Doc;
  readonly matcher: Matcher;
  readonly sort: Doc | undefined;
  readonly projection: Doc | undefined;
  readonly skip: number;
  /** 0: no limit. */
  readonly limit: number;
  /** A negative limit asks for a single batch. */
  readonly negativeLimit: boolean;
  /** Direction of a `$natural` hint. */
  readonly natural: 1 | -1 | undefined;
  readonly variables: Doc | undefined;
  readonly now: Date;
  readonly memoryLimit: number;
  readonly allowDiskUse: boolean;
}

/** A find, from access path to projection. Reads one immutable state, so it may run at any time, and again. */
export class FindPlan {
  readonly path: AccessPath;
  readonly negativeLimit: boolean;
  readonly #projector: Projector | undefined;
  readonly #sorter: Sorter | undefined;

  constructor(
    private readonly view: CollectionView,
    private readonly query: FindQuery,
  ) {
    this.negativeLimit = query.negativeLimit;
    const sorter = query.sort === undefined ? undefined : compileSort(query.sort);
    const natural = sorter?.natural ?? query.natural;
    this.#sorter =
      sorter === undefined || sorter.identity || sorter.natural !== undefined ? undefined : sorter;
    this.#projector =
      query.projection === undefined || query.projection.size === 0
        ? undefined
        : compileProjection(query.projection, {
            now: query.now,
            ...(query.variables === undefined ? {} : { variables: query.variables }),
          });
    if (this.#projector?.needsSortKey === true && this.#sorter === undefined) {
      throw new CommandError('BadValue', 'cannot use sortKey $meta projection without a sort');
    }
    this.path = chooseAccessPath(view, query.matcher, natural);
  }

  /** Documents in bytes, as the client gets them. */
  async *run(check: () => void, examined?: Examined): AsyncGenerator<readonly Uint8Array[]> {
    const projector = this.#projector;
    for await (const { refs, documents } of this.records(check, examined)) {
      if (projector === undefined) yield documents;
      else yield documents.map((bytes, i) => this.project(projector, bytes, refs[i]!));
    }
  }

  private project(projector: Projector, bytes: Uint8Array, ref: RecordRef): Uint8Array {
    const position = projector.needsPosition
      ? this.query.matcher.matchesWithPosition(bytes).position
      : undefined;
    if (!projector.needsSortKey && !projector.needsRecordId) return projector.project(bytes, position);
    return projector.project(bytes, position, {
      recordId: Long.fromNumber(ref.record),
      ...(this.#sorter === undefined ? {} : { sortKey: this.#sorter.values(bytes) }),
    });
  }

  /** The records found, sorted, skipped and limited, before projection. */
  async *records(check: () => void, examined?: Examined): AsyncGenerator<Selection> {
    const { matcher, skip, limit } = this.query;
    let source: AsyncIterable<Selection> = select(this.view, matcher, this.path, check, examined);
    if (this.#sorter !== undefined) {
      source = sortSelection(source, this.#sorter, {
        limit: limit === 0 ? undefined : skip + limit,
        maxBytes: this.query.memoryLimit,
        allowDiskUse: this.query.allowDiskUse,
      });
    }
    let toSkip = skip;
    let left = limit === 0 ? Infinity : limit;
    for await (const selection of source) {
      let { refs, documents }: { refs: RecordRef[]; documents: Uint8Array[] } = selection;
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, refs.length);
        toSkip -= skipped;
        refs = refs.slice(skipped);
        documents = documents.slice(skipped);
      }
      if (refs.length > left) {
        refs = refs.slice(0, left);
        documents = documents.slice(0, left);
      }
      left -= refs.length;
      if (refs.length > 0) yield { refs, documents };
      if (left === 0) return;
    }
  }

  /** The winning plan in mongod's words, outermost stage first. */
  explain(): Doc {
    let stage = explainAccessPath(this.path, this.query.filter);
    if (this.#sorter !== undefined) {
      stage = new Map<string, Value>([
        ['stage', 'SORT'],
        ['sortPattern', this.query.sort!],
        ['type', 'simple'],
        ['inputStage', stage],
      ]);
    }
    if (this.query.skip > 0) {
      stage = new Map<string, Value>([
        ['stage', 'SKIP'],
        ['skipAmount', this.query.skip],
        ['inputStage', stage],
      ]);
    }
    if (this.query.limit > 0) {
      stage = new Map<string, Value>([
        ['stage', 'LIMIT'],
        ['limitAmount', this.query.limit],
        ['inputStage', stage],
      ]);
    }
    if (this.#projector !== undefined) {
      stage = new Map<string, Value>([
        ['stage', 'PROJECTION_DEFAULT'],
        ['transformBy', this.query.projection!],
        ['inputStage', stage],
      ]);
    }
    return stage;
  }
}
