/** What a file or a case needs of a server. All that is named must hold. */
export interface Requirement {
  readonly minServerVersion?: string;
  readonly maxServerVersion?: string;
  readonly topologies?: readonly string[];
  readonly serverless?: 'require' | 'forbid' | 'allow';
  readonly auth?: boolean;
}

/** What a server is, as far as requirements ask. */
export interface ServerTraits {
  /** `6.0.5` */
  readonly version: string;
  readonly topology: 'replicaset';
}

const KNOWN = new Set(['minServerVersion', 'maxServerVersion', 'topologies', 'serverless', 'auth']);

/** Whether one of the requirements is met, or there are none. */
export function applies(requirements: readonly Requirement[] | undefined, server: ServerTraits): boolean {
  return requirements === undefined || requirements.some((requirement) => isMet(requirement, server));
}

function isMet(requirement: Requirement, { version, topology }: ServerTraits): boolean {
  const { minServerVersion, maxServerVersion, topologies, serverless, auth } = requirement;
  const unknown = Object.keys(requirement).find((key) => !KNOWN.has(key));
  if (unknown !== undefined) throw new Error(`The runner knows no requirement '${unknown}'.`);
  return (
    (minServerVersion === undefined || compareVersions(version, minServerVersion) >= 0) &&
    (maxServerVersion === undefined || compareVersions(version, maxServerVersion) <= 0) &&
    (topologies === undefined || topologies.includes(topology)) &&
    serverless !== 'require' &&
    auth !== true
  );
}

/** Compares as many parts as the second has: 4.4.3 is within `maxServerVersion: 4.4`. */
function compareVersions(version: string, bound: string): number {
  const parts = version.split('.').map(Number);
  for (const [at, part] of bound.split('.').map(Number).entries()) {
    const difference = (parts[at] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}
