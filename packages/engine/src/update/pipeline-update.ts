import { haveIdenticalFields, type Collation, type Doc, type Value } from '@argon/bson';
import { compileDocumentPipeline, type DocumentPipeline } from '../aggregate/document-pipeline';
import type { Variables } from '../aggregate/expression/expression';
import { isStageName } from '../aggregate/stage/stage-names';
import { clusterClock } from './cluster-time';
import { withOriginalId } from './replacement';
import type { Update, UpdateResult, UpdateSituation } from './update';

/** An update that is a pipeline of `$set`, `$unset`, `$project`, `$replaceWith` and their synonyms. */
export class PipelineUpdate implements Update {
  readonly kind = 'pipeline';
  readonly needsPosition = false;
  readonly #pipeline: DocumentPipeline;
  #known: Variables | undefined;

  constructor(
    stages: readonly Value[],
    private readonly variables: Variables,
    collation: Collation | undefined,
  ) {
    this.#pipeline = compileDocumentPipeline(stages, {
      variables: variables.keys(),
      isStage: isStageName,
      collation,
    });
  }

  apply(document: Doc, situation: UpdateSituation): UpdateResult {
    const result = this.#pipeline(document, this.#variablesAt(situation.now));
    if (haveIdenticalFields(result, document)) return { document, changed: false };
    return { document: withOriginalId(result, document, situation), changed: true };
  }

  /** The user's variables and those that are the same for all documents of one command. */
  #variablesAt(now: Date): Variables {
    if (this.#known?.get('NOW') !== now) {
      const system = new Map<string, Value>([
        ['NOW', now],
        ['CLUSTER_TIME', clusterClock.tick(now)],
      ]);
      this.#known = new Map<string, Value | undefined>([...system, ...this.variables]);
    }
    return this.#known;
  }
}
