/** Where a case stands: kind/block/case. */
export interface CasePlace {
  readonly kind: string;
  readonly block: number;
  readonly index: number;
}

/** What a run does, from its environment. */
export interface Settings {
  readonly seed: number;
  readonly cases: number;
  /** Only this one. */
  readonly only: CasePlace | undefined;
}

const DEFAULT_CASES = 52_000;
const DEFAULT_SEED = 20_261_122;

/** `ARGON_DIFFERENTIAL_SEED`, `ARGON_DIFFERENTIAL_CASES` (all kinds together) and `ARGON_DIFFERENTIAL_CASE`. */
export function settings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const place = environment['ARGON_DIFFERENTIAL_CASE'];
  const [kind = '', block, index] = place?.split('/') ?? [];
  return {
    seed: Number(environment['ARGON_DIFFERENTIAL_SEED'] ?? DEFAULT_SEED),
    cases: Number(environment['ARGON_DIFFERENTIAL_CASES'] ?? DEFAULT_CASES),
    only: place === undefined ? undefined : { kind, block: Number(block), index: Number(index) },
  };
}

/** The seed of one block: neighbours have nothing in common. */
export function blockSeed(seed: number, kind: string, block: number): number {
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  for (const letter of `${kind}/${block}`) {
    mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193);
    mixed ^= mixed >>> 15;
  }
  return mixed | 0;
}

/** The command that plays a case again. */
export function replayCommand(seed: number, { kind, block, index }: CasePlace): string {
  return (
    `ARGON_DIFFERENTIAL_SEED=${seed} ARGON_DIFFERENTIAL_CASE=${kind}/${block}/${index} ` +
    'npx vitest run --mode slow src/differential'
  );
}
