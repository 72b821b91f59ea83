/**
 * Which package may import which; ARCHITECTURE.md, "Layers". Each of the chain imports only from those before it.
 */
const chain = ['bson', 'wal', 'materializer', 'engine', 'branch', 'migrate', 'driver'];

/** Packages beside the chain, and what they stand on. */
const beside = new Map([['server', ['bson', 'wal', 'materializer', 'engine', 'branch']]]);

/**
 * @param {{kind: string, id: string}} project
 * @returns {ReadonlySet<string> | undefined} ids of the packages it may import; undefined means any
 */
export function mayImport(project) {
  if (project.kind !== 'packages') return undefined;
  const position = chain.indexOf(project.id);
  if (position >= 0) return new Set(chain.slice(0, position));
  const listed = beside.get(project.id);
  if (listed === undefined) {
    throw new Error(
      `packages/${project.id} has no place in the layers: add it to tools/checks/src/layers.mjs and ARCHITECTURE.md.`,
    );
  }
  return new Set(listed);
}
