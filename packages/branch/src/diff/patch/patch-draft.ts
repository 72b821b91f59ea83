import { decodeDocument, documentId, encodeDocument, idKey, type Value } from '@argon/bson';
import type { Draft } from '@argon/engine';
import type { CollectionState } from '@argon/materializer';
import { applyChanges } from '../../document/changes';
import { StepWriter } from '../../steps/apply';
import type { DocumentStep } from '../../steps/contract';
import type { DocumentVersion } from '../contract';
import { loadVersions } from '../load-versions';
import type { PatchConflict, PatchDocumentLine, PatchLine, PatchReport } from './contract';
import { catalogProblem, catalogStep, type CatalogLine } from './catalog-line';
import { PatchFormatError } from './errors';
import { misfit } from './fits';
import { readLine } from './read-line';

/** How many conflicts are kept to be told. */
const MAX_TOLD = 100;
/** How many documents are looked up together. */
const BATCH = 256;

/** Carries out a patch, line by line, in a draft. What does not fit is left out and told. */
export class PatchDraft {
  readonly #draft: Draft;
  readonly #writer: StepWriter;
  readonly #examples: PatchConflict[] = [];
  #conflicts = 0;
  #header: Extract<PatchLine, { op: 'patch' }> | undefined;
  #lines = 0;
  #isWhole = false;
  /** Lines about documents of one collection, each another, that are to be carried out. */
  #batch: { readonly number: number; readonly line: PatchDocumentLine; readonly key: string }[] = [];
  readonly #keys = new Set<string>();

  constructor(draft: Draft) {
    this.#draft = draft;
    this.#writer = new StepWriter(draft, true);
  }

  /** @throws PatchFormatError */
  async line(text: string): Promise<void> {
    if (text.trim() === '') return;
    const number = (this.#lines += 1);
    if (this.#isWhole) throw new PatchFormatError(number, 'something follows after the end');
    const line = readLine(text, number);
    if ((line.op === 'patch') !== (number === 1)) {
      throw new PatchFormatError(
        number,
        'a patch begins with a line that says what it is, and has one of them',
      );
    }
    if (line.op === 'patch') this.#header = line;
    else if (line.op === 'end') await this.#end(line.lines, number);
    else if (isDocumentLine(line)) await this.#document(line, number);
    else {
      await this.#flush();
      await this.#catalog(line, number);
    }
  }

  /** @throws PatchFormatError for a patch that was cut short; ViolationError */
  async finish(): Promise<Omit<PatchReport, 'branch' | 'base' | 'head'>> {
    if (this.#header === undefined) throw new PatchFormatError(1, 'it is empty');
    if (!this.#isWhole)
      throw new PatchFormatError(this.#lines + 1, 'it is missing, so the patch was cut short');
    // What breaks rules is no news where nothing can be written anyway.
    if (this.#conflicts === 0) await this.#writer.finish();
    const { from, to } = this.#header;
    return {
      from,
      to,
      counts: this.#writer.counts,
      conflicts: this.#conflicts,
      examples: this.#examples,
    };
  }

  async #end(lines: number, number: number): Promise<void> {
    if (lines !== number) {
      throw new PatchFormatError(number, `the patch had ${lines} lines, and has ${number}: some were lost`);
    }
    await this.#flush();
    this.#isWhole = true;
  }

  async #document(line: PatchDocumentLine, number: number): Promise<void> {
    const key = idKey(line.id);
    const isOther = this.#batch[0] !== undefined && this.#batch[0].line.collection !== line.collection;
    if (isOther || this.#keys.has(key) || this.#batch.length >= BATCH) await this.#flush();
    this.#batch.push({ number, line, key });
    this.#keys.add(key);
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#keys.clear();
    // Not later: the versions found below may be of this draft, and are named by where they stand in it.
    await this.#draft.relieve();
    const collection = this.#draft.state.collections.get(batch[0]!.line.collection);
    const versions = await this.#versions(
      collection,
      batch.map(({ key }) => key),
    );
    const steps: DocumentStep[] = [];
    for (const [i, { line, number }] of batch.entries()) {
      const before = versions[i];
      const step = collection === undefined ? 'there is no such collection' : stepOf(line, before);
      if (typeof step === 'string') this.#conflict(number, line.collection, step, line.id);
      else steps.push(step);
    }
    await this.#writer.write(steps);
  }

  async #versions(
    collection: CollectionState | undefined,
    keys: readonly string[],
  ): Promise<readonly (DocumentVersion | undefined)[]> {
    if (collection === undefined) return [];
    const refs = await Promise.all(keys.map((key) => collection.byId(key)));
    return loadVersions(this.#draft, this.#draft.state, refs);
  }

  async #catalog(line: CatalogLine, number: number): Promise<void> {
    const problem = catalogProblem(line, this.#draft.state.collections);
    if (problem !== undefined) this.#conflict(number, line.collection, problem);
    else await this.#writer.write([catalogStep(line)]);
  }

  #conflict(line: number, collection: string, problem: string, id?: Value): void {
    this.#conflicts += 1;
    if (this.#examples.length < MAX_TOLD) this.#examples.push({ line, collection, id, problem });
  }
}

function isDocumentLine(line: PatchLine): line is PatchDocumentLine {
  return line.op === 'insert' || line.op === 'delete' || line.op === 'update' || line.op === 'replace';
}

/** What a line does to a document, or why it cannot. */
function stepOf(line: PatchDocumentLine, before: DocumentVersion | undefined): DocumentStep | string {
  const { collection, id } = line;
  const step = { kind: 'document', collection, id, before } as const;
  if (line.op === 'insert') {
    if (before !== undefined) return 'there is a document with this _id already';
    return { ...step, after: line.document };
  }
  if (before === undefined) return 'the document is not there';
  if (line.op === 'update') {
    const document = decodeDocument(before.bytes);
    const problem = misfit(document, line.changes);
    if (problem !== undefined) return problem;
    return replaced(step, encodeDocument(applyChanges(document, line.changes)));
  }
  const expected = line.op === 'delete' ? line.document : line.before;
  if (Buffer.compare(expected, before.bytes) !== 0) return 'the document is another than the patch says';
  return line.op === 'delete' ? { ...step, after: undefined } : replaced(step, line.after);
}

function replaced(step: Omit<DocumentStep, 'after'>, after: Uint8Array): DocumentStep | string {
  const id = documentId(after);
  if (id === undefined || idKey(id) !== idKey(step.id)) return 'the _id of a document cannot change';
  return { ...step, after };
}
