import type { Doc, Value } from '@argon/bson';
import { compileDocumentPipeline, type DocumentPipeline } from '../aggregate/document-pipeline';
import { withOriginalId } from './replacement';
import { sameDocument } from './same-value';
import type { Update, UpdateResult, UpdateSituation } from './update';

/** An update that is a pipeline of `$set`, `$unset`, `$project`, `$replaceWith` and their synonyms. */
export class PipelineUpdate implements Update {
  readonly kind = 'pipeline';
  readonly needsPosition = false;
  readonly #pipeline: DocumentPipeline;

  constructor(
    stages: readonly Value[],
    private readonly variables: ReadonlyMap<string, Value>,
  ) {
    this.#pipeline = compileDocumentPipeline(stages, { variables: variables.keys() });
  }

  apply(document: Doc, situation: UpdateSituation): UpdateResult {
    const result = this.#pipeline(document, this.variables);
    if (sameDocument(result, document)) return { document, changed: false };
    return { document: withOriginalId(result, document, situation), changed: true };
  }
}
