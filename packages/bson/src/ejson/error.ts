import { ArgonError } from '../errors';

/** Text that is not Extended JSON. `data` holds `line` and `column` (from 1) and `offset` (from 0). */
export class EjsonSyntaxError extends ArgonError {
  readonly line: number;
  readonly column: number;

  constructor(problem: string, text: string, offset: number) {
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    super('ARGON_BSON_EJSON_SYNTAX', `Invalid JSON at line ${line}, column ${column}: ${problem}.`, {
      line,
      column,
      offset,
    });
    this.line = line;
    this.column = column;
  }
}
