/** What a person asked for cannot be done as it was asked: told without a stack, and the program ends with 2. */
export class BenchUsageError extends Error {
  override readonly name = 'BenchUsageError';
}
