import { ArgonError, type ErrorData } from '@argon/bson';

/** Where in the input something is: which document (from 1), and for texts which line and column (from 1). */
export interface Place {
  readonly document: number;
  readonly line?: number;
  readonly column?: number;
}

function placeText({ document, line, column }: Place): string {
  if (line === undefined) return `document ${document}`;
  return `line ${line}${column === undefined ? '' : `, column ${column}`} (document ${document})`;
}

/** What is imported is malformed. `data` says where. */
export class MalformedInputError extends ArgonError {
  constructor(source: string, place: Place, problem: string, cause?: unknown) {
    super(
      'ARGON_CLI_MALFORMED_INPUT',
      `Could not read ${source} at ${placeText(place)}: ${problem}.`,
      { source, ...place },
      { cause },
    );
  }
}

/** The format of what is imported cannot be told, or is not one of those known. */
export class UnknownFormatError extends ArgonError {
  constructor(source: string, known: readonly string[]) {
    super(
      'ARGON_CLI_UNKNOWN_FORMAT',
      `Could not tell the format of ${source}. Say it with --format: ${known.join(', ')}.`,
      { source, known },
    );
  }
}

/** A document could not be inserted. `data` has which, and MongoDB's `code`. */
export class DocumentRejectedError extends ArgonError {
  constructor(document: number, message: string, data: ErrorData) {
    super('ARGON_CLI_DOCUMENT_REJECTED', `Document ${document} could not be inserted: ${message}`, {
      document,
      ...data,
    });
  }
}

/** The MongoDB server to import from cannot be reached, or refuses the user. */
export class SourceUnreachableError extends ArgonError {
  constructor(source: string, problem: string, cause: unknown) {
    super(
      'ARGON_CLI_SOURCE_UNREACHABLE',
      `Could not read from ${source}: ${problem}. Check that the server runs and that the address is right.`,
      { source },
      { cause },
    );
  }
}

/** The MongoDB database to import from is empty, or has no such collection. */
export class SourceNotFoundError extends ArgonError {
  constructor(source: string, what: string) {
    super('ARGON_CLI_SOURCE_NOT_FOUND', `There is nothing to import: ${source} has no ${what}.`, { source });
  }
}
