import {
  ArgonError,
  documentId,
  EjsonSyntaxError,
  idKey,
  isNumber,
  parseEjson,
  toNumber,
  type Doc,
  type Value,
} from '@argon/bson';
import { validateBranchName, validateProjectName } from '@argon/wal';
import type { Side } from '../../document/merge-documents';
import type { MergeRequest } from '../contract';
import { deciderOf, type Decider, type OwnDocument } from '../decide';
import { Decisions, type CatalogSubject } from '../decisions';
import type { PlanHeader, PlanPoint } from './contract';
import { PlanFormatError } from './errors';
import { checkOf, documentBytes, heldValue } from './plan-text';

const KINDS: readonly string[] = ['dropped', 'renamed', 'options', 'index'];

/**
 * Reads a plan that `MergeService.plan` wrote, and that a person may have decided conflicts in: the merge that it stands
 * for, to be previewed and done. Memory for its decisions.
 * @param lines without their ends; empty ones do not count
 * @param other decides what the plan leaves open; default: nothing does
 * @throws PlanFormatError, which names the line
 */
export async function readMergePlan(
  lines: AsyncIterable<string> | Iterable<string>,
  other: Decider = deciderOf({}),
): Promise<MergeRequest> {
  const reader = new PlanReader();
  for await (const line of lines) reader.line(line);
  const { project, from, into } = reader.finish();
  return {
    project,
    from: { name: from.branch, ...(from.isFixed ? { at: { lsn: from.lsn } } : {}) },
    into: into.branch,
    expectedFrom: from.lsn,
    expectedHead: into.lsn,
    decider: reader.decisions.decider(other),
  };
}

class PlanReader {
  readonly decisions = new Decisions();
  #header: PlanHeader | undefined;
  /** Lines of the file, and of the plan. */
  #number = 0;
  #lines = 0;
  #isWhole = false;

  line(text: string): void {
    this.#number += 1;
    if (text.trim() === '') return;
    this.#lines += 1;
    if (this.#isWhole) throw this.#problem('something follows after the end');
    const line = this.#parse(text);
    const op = line.get('op');
    if ((op === 'merge-plan') !== (this.#lines === 1)) {
      throw this.#problem('a plan begins with a line that says what is merged, and has one of them');
    }
    if (line.get('check') !== checkOf(line)) {
      throw this.#problem('something else than a decision was changed in it, or it is damaged');
    }
    if (op !== 'conflict' && line.has('decision')) {
      throw this.#problem(
        'it has a decision, and is no conflict: what does not clash is merged as it stands',
      );
    }
    if (op === 'merge-plan') this.#header = this.#readHeader(line);
    else if (op === 'conflict') this.#conflict(line);
    else if (op === 'end') this.#end(line);
  }

  finish(): PlanHeader {
    if (this.#header === undefined) throw new PlanFormatError(1, 'the plan is empty');
    if (!this.#isWhole) {
      throw new PlanFormatError(this.#number + 1, 'it is missing, so the plan was cut short');
    }
    return this.#header;
  }

  #parse(text: string): Doc {
    let line: Value;
    try {
      line = parseEjson(text);
    } catch (error) {
      if (!(error instanceof EjsonSyntaxError)) throw error;
      throw this.#problem(`it is not Extended JSON: ${error.message}`, error);
    }
    if (!(line instanceof Map)) throw this.#problem('it is not a document');
    return line;
  }

  #readHeader(line: Doc): PlanHeader {
    if (this.#integer(line, 'version') !== 1) throw this.#problem('its version is not 1');
    const from = this.#document(line, 'from');
    return {
      project: this.#name(line, 'project', validateProjectName),
      from: { ...this.#point(from), isFixed: from.get('fixed') === true },
      into: this.#point(this.#document(line, 'into')),
      base: this.#point(this.#document(line, 'base')),
    };
  }

  #point(point: Doc): PlanPoint {
    return { branch: this.#name(point, 'branch', validateBranchName), lsn: this.#integer(point, 'lsn') };
  }

  #end(line: Doc): void {
    const lines = this.#integer(line, 'lines');
    if (lines !== this.#lines) {
      throw this.#problem(
        `the plan had ${lines} lines, and has ${this.#lines}: leave conflicts open, not out`,
      );
    }
    this.#isWhole = true;
  }

  #conflict(line: Doc): void {
    const collection = this.#text(line, 'collection');
    const what = line.get('what');
    const decision = line.get('decision');
    // A conflict whose decision was taken out is as open as one with none.
    if (decision === undefined || decision === null) return;
    if (what !== undefined) {
      const subject = this.#subject(line, collection);
      if (!isSide(decision)) {
        throw this.#problem(
          'the decision about a collection or an index is neither "ours" nor "theirs" nor null',
        );
      }
      this.decisions.catalog(subject, decision);
      return;
    }
    const id = this.#held(() => heldValue(line.get('_id') ?? null));
    if (id === undefined) throw this.#problem("'_id' is missing");
    this.decisions.document(collection, id, this.#answer(decision, id));
  }

  #subject(line: Doc, collection: string): CatalogSubject {
    const what = this.#text(line, 'what');
    if (!KINDS.includes(what)) throw this.#problem(`'${what}' is no kind of conflict`);
    const index = line.get('index');
    return {
      collection,
      what: what as CatalogSubject['what'],
      ...(typeof index === 'string' ? { index } : {}),
    };
  }

  #answer(decision: Value, id: Value): Side | OwnDocument {
    if (isSide(decision)) return decision;
    if (!(decision instanceof Map)) {
      throw this.#problem('the decision is neither "ours" nor "theirs" nor a document nor null');
    }
    const document = this.#held(() => documentBytes(decision));
    const own = documentId(document);
    if (own === undefined || idKey(own) !== idKey(id)) {
      throw this.#problem('the document that is the decision has another _id than the one that it is about');
    }
    return { document };
  }

  #held<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ArgonError)) throw error;
      throw this.#problem(`what it holds as BSON is not: ${error.message}`, error);
    }
  }

  #name(line: Doc, field: string, validate: (name: string) => void): string {
    const name = this.#text(line, field);
    this.#held(() => validate(name));
    return name;
  }

  #text(line: Doc, field: string): string {
    const value = line.get(field);
    if (typeof value !== 'string' || value === '') throw this.#problem(`'${field}' is not a text`);
    return value;
  }

  #integer(line: Doc, field: string): number {
    const value = line.get(field);
    const number = value !== undefined && isNumber(value) ? toNumber(value) : Number.NaN;
    if (!Number.isSafeInteger(number) || number < 0) throw this.#problem(`'${field}' is not a whole number`);
    return number;
  }

  #document(line: Doc, field: string): Doc {
    const value = line.get(field);
    if (!(value instanceof Map)) throw this.#problem(`'${field}' is not a document`);
    return value;
  }

  #problem(problem: string, cause?: unknown): PlanFormatError {
    return new PlanFormatError(this.#number, problem, cause);
  }
}

function isSide(value: Value): value is Side {
  return value === 'ours' || value === 'theirs';
}
