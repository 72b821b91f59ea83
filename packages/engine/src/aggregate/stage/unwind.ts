import { bsonTypeName, makeLong, type Doc, type Value } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { parseFieldPath } from '../expression/field-path';
import { isNullish } from '../expression/truth';
import { withMetadataOf } from '../metadata';
import { setPath, unsetPath } from '../projection/set-path';
import type { StageCompiler } from './stage';
import { expandStage } from './stream';

interface UnwindOptions {
  readonly path: readonly string[];
  readonly indexPath: readonly string[] | undefined;
  readonly preserve: boolean;
}

/** `$unwind`: one document for each element of an array. */
export const UNWIND: StageCompiler = (argument, _context, name) => {
  const options = parse(argument);
  return expandStage(name, (document, output) => unwind(document, options, output));
};

function parse(argument: Value): UnwindOptions {
  let path = '';
  let preserve = false;
  let index: string | undefined;
  if (typeof argument === 'string') path = argument;
  else if (argument instanceof Map) {
    for (const [name, value] of argument) {
      if (name === 'path') path = pathOption(value);
      else if (name === 'preserveNullAndEmptyArrays') preserve = preserveOption(value);
      else if (name === 'includeArrayIndex') index = indexOption(value);
      else throw new CommandError(28811, `unrecognized option to $unwind stage: ${name}`);
    }
  } else {
    throw new CommandError(
      15981,
      `expected either a string or an object as specification for $unwind stage, got ${bsonTypeName(argument)}`,
    );
  }
  if (path === '') throw new CommandError(28812, 'no path specified to $unwind stage');
  if (!path.startsWith('$')) {
    throw new CommandError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  }
  return {
    path: parseFieldPath(path.slice(1)),
    indexPath: index === undefined ? undefined : parseFieldPath(index),
    preserve,
  };
}

function pathOption(value: Value): string {
  if (typeof value === 'string') return value;
  throw new CommandError(
    28808,
    `expected a string as the path for $unwind stage, got ${bsonTypeName(value)}`,
  );
}

function preserveOption(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw new CommandError(
    28809,
    `expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, got ${bsonTypeName(value)}`,
  );
}

function indexOption(value: Value): string {
  if (typeof value !== 'string' || value === '') {
    throw new CommandError(
      28810,
      `expected a non-empty string for the includeArrayIndex  option to $unwind stage, got ${bsonTypeName(value)}`,
    );
  }
  if (value.startsWith('$')) {
    throw new CommandError(
      28822,
      `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${value}`,
    );
  }
  return value;
}

function unwind(document: Doc, { path, indexPath, preserve }: UnwindOptions, output: Doc[]): void {
  const withIndex = (unwound: Doc, index: number | undefined): Doc =>
    withMetadataOf(
      document,
      indexPath === undefined
        ? unwound
        : setPath(unwound, indexPath, index === undefined ? null : makeLong(BigInt(index))),
    );
  const value = plainValueAt(document, path);
  if (Array.isArray(value) && value.length > 0) {
    for (const [index, element] of value.entries()) {
      output.push(withIndex(setPath(document, path, element), index));
    }
  } else if (!Array.isArray(value) && !isNullish(value)) {
    output.push(withIndex(document, undefined));
  } else if (preserve) {
    // An index that takes the array's place stands where that stood.
    const isReplaced = indexPath?.join('.') === path.join('.');
    const isLeft = isReplaced || !Array.isArray(value);
    output.push(withIndex(isLeft ? document : unsetPath(document, path), undefined));
  }
}

/** What the path leads to through documents only: an array on the way ends it. */
function plainValueAt(document: Doc, path: readonly string[]): Value | undefined {
  let current: Value | undefined = document;
  for (const name of path) current = current instanceof Map ? current.get(name) : undefined;
  return current;
}
