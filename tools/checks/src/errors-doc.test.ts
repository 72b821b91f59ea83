import { describe, expect, it } from 'vitest';
import { argonErrors, classesIn, describeErrors } from './errors-doc.mjs';

const source = `
/** The log is not there. See {@link openStore}.
 *
 * Make it with \`argon init\`.
 */
export class LogAbsentError extends ArgonError {
  constructor(path: string) { super('ARGON_WAL_LOG_ABSENT', \`No log at \${path}.\`); }
}
/** Several. */
export class BranchError extends ArgonError {}
/** No such branch. */
export class BranchAbsentError extends BranchError {
  override readonly code = 'ARGON_WAL_BRANCH_ABSENT';
}
class Timer extends EventEmitter {}
`;

describe('errors doc', () => {
  it('has a section for each code, from the doc comment of its class', () => {
    const errors = argonErrors(classesIn('errors.ts', '@argon/wal', source));
    expect(errors.map(({ name }) => name)).toEqual(['LogAbsentError', 'BranchError', 'BranchAbsentError']);
    const { markdown, problems } = describeErrors(errors);
    expect(problems).toEqual([]);
    expect(markdown.slice(markdown.indexOf('\n## '))).toBe(`
## @argon/wal

### ARGON_WAL_BRANCH_ABSENT

\`BranchAbsentError\`. No such branch.

### ARGON_WAL_LOG_ABSENT

\`LogAbsentError\`. The log is not there. See \`openStore\`.

Make it with \`argon init\`.
`);
  });

  it('refuses an error without comment, without code, or with the code of another', () => {
    const bad = `
      class A extends ArgonError { constructor() { super('ARGON_WAL_X', 'x'); } }
      /** B. */ class B extends ArgonError { constructor() { super('ARGON_WAL_X', 'x'); } }
      /** C. */ class C extends ArgonError {}
    `;
    const { problems } = describeErrors(argonErrors(classesIn('errors.ts', '@argon/wal', bad)));
    expect(problems).toEqual([
      expect.stringMatching(/A has no doc comment/),
      expect.stringMatching(/B uses ARGON_WAL_X, which is A's/),
      expect.stringMatching(/C names no literal ARGON_/),
    ]);
  });
});
