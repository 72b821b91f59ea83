/** One thing that mongod has, and commands that show whether it works. */
export interface Probe {
  readonly name: string;
  /** As one would write them in a shell; over the collections of `documents.ts`. */
  readonly commands: readonly Readonly<Record<string, unknown>>[];
  /** Only whether it succeeds is compared: what it gives depends on chance, or on the server. */
  readonly isOwn?: boolean;
}

/** A probe for each of these, made of the name and what goes with it. */
export function probes(
  table: Readonly<Record<string, unknown>>,
  commandOf: (name: string, argument: unknown) => Readonly<Record<string, unknown>>,
  own: readonly string[] = [],
): Probe[] {
  return Object.entries(table).map(([name, argument]) => ({
    name,
    commands: [commandOf(name, argument)],
    isOwn: own.includes(name),
  }));
}
