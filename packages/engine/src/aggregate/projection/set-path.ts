import type { Doc, Value } from '@argon/bson';

/** A copy of the document with a value at a path; what is no document on the way is replaced by one. */
export function setPath(document: Doc, path: readonly string[], value: Value): Doc {
  return setBelow(document, path, 0, value);
}

function setBelow(document: Doc, path: readonly string[], step: number, value: Value): Doc {
  const copy: Doc = new Map(document);
  const name = path[step] as string;
  if (step === path.length - 1) {
    copy.set(name, value);
    return copy;
  }
  const below = copy.get(name);
  copy.set(name, setBelow(below instanceof Map ? below : new Map(), path, step + 1, value));
  return copy;
}

/** A copy of the document without what is at a path. */
export function unsetPath(document: Doc, path: readonly string[]): Doc {
  return unsetBelow(document, path, 0);
}

function unsetBelow(document: Doc, path: readonly string[], step: number): Doc {
  const copy: Doc = new Map(document);
  const name = path[step] as string;
  if (step === path.length - 1) copy.delete(name);
  else {
    const below = copy.get(name);
    if (below instanceof Map) copy.set(name, unsetBelow(below, path, step + 1));
  }
  return copy;
}
