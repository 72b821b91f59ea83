/** Facts an error carries for programs. */
export type ErrorData = Readonly<Record<string, unknown>>;

/**
 * The one error type of Argon: a stable `code` (`ARGON_<PACKAGE>_<WHAT>`), a message that says what was tried, what
 * is wrong and what to do next, and `data` for programs. Codes are documented in docs/errors.md.
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
