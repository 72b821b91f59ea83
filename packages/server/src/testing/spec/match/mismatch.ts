import { BSON } from 'mongodb';
import { inspect } from 'node:util';

/** What was seen is not what a case expects. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';

  /** @param path where in the expectation, `events[2].command.ordered` */
  constructor(path: string, expected: unknown, actual: unknown) {
    super(`${path}: expected ${shown(expected)}, got ${shown(actual)}`);
  }
}

const MOST_SHOWN = 600;

function shown(value: unknown): string {
  const text = written(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

function written(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Error) return inspect(value);
  try {
    return BSON.EJSON.stringify(value, { relaxed: true });
  } catch {
    return inspect(value);
  }
}
