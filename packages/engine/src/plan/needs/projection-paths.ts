import { isNumber, type Doc, type Value } from '@argon/bson';
import { isTrue } from '../../match/parse/truth';
import { addExpressionPaths } from './expression-paths';

/** Of these, more than values at paths has to be known. */
const NOT_OF_PATHS = new Set(['$slice', '$elemMatch', '$meta']);

/**
 * The paths that a projection (of find, or of `$project`) reads, if it names all that it keeps; undefined for one that
 * keeps what it does not name, or that is not plain.
 */
export function projectionPaths(projection: Doc): ReadonlySet<string> | undefined {
  const paths = new Set<string>();
  const id = projection.get('_id');
  const isIdAlone = projection.size === 1 && id !== undefined;
  for (const [name, value] of projection) {
    if (name === '_id' && isFlag(value) && !isTrue(value)) {
      if (isIdAlone) return undefined;
    } else if (!addField(name, value, paths)) return undefined;
  }
  if (id === undefined) paths.add('_id');
  return paths;
}

function addField(path: string, value: Value, paths: Set<string>): boolean {
  if (path.endsWith('.$')) return false;
  if (isFlag(value)) {
    paths.add(path);
    return isTrue(value);
  }
  if (!(value instanceof Map)) return addExpressionPaths(value, paths);
  const [first] = value.keys();
  if (first === undefined || NOT_OF_PATHS.has(first)) return false;
  if (first.startsWith('$')) return addExpressionPaths(value, paths);
  return [...value].every(([name, inner]) => addField(`${path}.${name}`, inner, paths));
}

function isFlag(value: Value): boolean {
  return isNumber(value) || typeof value === 'boolean';
}
