/** Facts an error carries for programs. */
export type ErrorData = Readonly<Record<string, unknown>>;

/**
 * The one error type of Argon: a stable `code` (`ARGON_<PACKAGE>_<WHAT>`), a message that says what was tried, what
 * is wrong and what to do next, and `data` for programs. It lives in the lowest package, so that all can extend it.
 */
export class ArgonError extends Error {
  readonly code: string;
  readonly data: ErrorData;

  constructor(code: string, message: string, data: ErrorData = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.data = data;
  }
}

/** Bytes that are not a BSON document. `data.offset` is where in the buffer it was noticed. */
export class BsonFormatError extends ArgonError {
  constructor(problem: string, offset: number) {
    super(
      'ARGON_BSON_FORMAT',
      `Reading BSON failed at byte ${offset}: ${problem}. The data is damaged or not BSON.`,
      {
        offset,
      },
    );
  }
}

/** A JavaScript value that has no BSON form. `data.field` names the field it was found in. */
export class BsonValueError extends ArgonError {
  constructor(problem: string, field: string) {
    super('ARGON_BSON_VALUE', `Writing field '${field}' as BSON failed: ${problem}.`, { field });
  }
}

/** Documents in documents, more levels than are taken. */
export class BsonDepthError extends BsonFormatError {
  constructor(offset: number) {
    super('documents are nested too deep', offset);
  }
}
