export interface Rename {
  readonly from: string;
  readonly to: string;
}

/**
 * Puts renames in an order in which each new name is free when its turn comes. Where names go round in a circle, one
 * collection takes a name that nobody has for a while.
 */
export function renameOrder(renames: readonly Rename[], taken: ReadonlySet<string>): readonly Rename[] {
  const waiting = new Map(renames.map(({ from, to }) => [from, to]));
  const ordered: Rename[] = [];
  let stopovers = 0;
  while (waiting.size > 0) {
    const free = [...waiting].find(([, to]) => !waiting.has(to));
    if (free !== undefined) {
      const [from, to] = free;
      ordered.push({ from, to });
      waiting.delete(from);
      continue;
    }
    const [from, to] = waiting.entries().next().value!;
    let stopover: string;
    do stopover = `argon.patch.${(stopovers += 1)}`;
    while (taken.has(stopover));
    ordered.push({ from, to: stopover });
    waiting.delete(from);
    waiting.set(stopover, to);
  }
  return ordered;
}
