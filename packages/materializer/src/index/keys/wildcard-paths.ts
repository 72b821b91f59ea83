import { isNumber, toNumber, type Value } from '@argon/bson';

/** Which paths a wildcard index holds. */
export interface WildcardPaths {
  /** Whether values at this very path are held. */
  holds(path: string): boolean;
  /** Whether something at or below this path may be. */
  mayHold(path: string): boolean;
}

interface Node {
  /** Named itself: with all below it. */
  isNamed: boolean;
  readonly children: Map<string, Node>;
}

/**
 * @param key - `$**`, or `a.b.$**`.
 * @param projection - wildcardProjection: fields taken in, or left out.
 */
export function wildcardPaths(
  key: string,
  projection: ReadonlyMap<string, Value> | undefined,
): WildcardPaths {
  const root = key === '$**' ? '' : key.slice(0, -'.$**'.length);
  if (root !== '') {
    return {
      holds: (path) => path === root || path.startsWith(`${root}.`),
      mayHold: (path) => path === root || path.startsWith(`${root}.`) || root.startsWith(`${path}.`),
    };
  }
  if (projection === undefined) return { holds: withoutId, mayHold: withoutId };
  const flat = flattened(projection);
  const others = flat.filter(([path]) => path !== '_id');
  const id = flat.find(([path]) => path === '_id');
  const isInclusion = others.length > 0 ? others[0]![1] : id?.[1] === true;
  const named = treeOf(others.map(([path]) => path));
  const isIdHeld = id?.[1] === true;
  const forId = (path: string): boolean | undefined =>
    path === '_id' || path.startsWith('_id.') ? isIdHeld : undefined;
  const relation = (path: string): Relation => relationTo(named, path);
  return isInclusion
    ? {
        holds: (path) => forId(path) ?? relation(path) === 'within',
        mayHold: (path) => forId(path) ?? relation(path) !== 'apart',
      }
    : {
        holds: (path) => forId(path) ?? relation(path) !== 'within',
        mayHold: (path) => forId(path) ?? relation(path) !== 'within',
      };
}

function withoutId(path: string): boolean {
  return path !== '_id' && !path.startsWith('_id.');
}

function flattened(projection: ReadonlyMap<string, Value>, prefix = ''): [string, boolean][] {
  return [...projection].flatMap(([field, value]): [string, boolean][] => {
    const path = `${prefix}${field}`;
    if (value instanceof Map) return flattened(value, `${path}.`);
    return [[path, value === true || (isNumber(value) && toNumber(value) !== 0)]];
  });
}

function treeOf(paths: readonly string[]): Node {
  const root: Node = { isNamed: false, children: new Map() };
  for (const path of paths) {
    let node = root;
    for (const part of path.split('.')) {
      let next = node.children.get(part);
      if (next === undefined) node.children.set(part, (next = { isNamed: false, children: new Map() }));
      node = next;
    }
    node.isNamed = true;
  }
  return root;
}

/** Of a path to those named: at or below one, above one, or neither. */
type Relation = 'within' | 'above' | 'apart';

function relationTo(root: Node, path: string): Relation {
  let node = root;
  for (const part of path.split('.')) {
    const next = node.children.get(part);
    if (next === undefined) return 'apart';
    if (next.isNamed) return 'within';
    node = next;
  }
  return 'above';
}
