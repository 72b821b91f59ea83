import { isNumber, makeLong, toNumber, type Value } from '@argon/bson';
import type { WalEngine } from './engine';
import { CommandError } from './errors';

/** A server parameter: what `getParameter` gives, and how `setParameter` changes it. */
export interface Parameter {
  get(): Value;
  /** Absent: it cannot be changed while the engine runs. @throws CommandError for a value it cannot have */
  set?(value: Value): void;
}

/** The server parameters that mean something to an engine. Whoever builds on it may define more. */
export class Parameters {
  readonly #byName = new Map<string, Parameter>();

  constructor(engine: WalEngine) {
    const memory: Parameter = {
      get: () => makeLong(BigInt(engine.memoryLimit)),
      set: (value) => {
        engine.memoryLimit = positive(value);
      },
    };
    this.define('featureCompatibilityVersion', { get: () => new Map([['version', '6.0']]) });
    this.define('enableTestCommands', { get: () => false });
    this.define('localLogicalSessionTimeoutMinutes', { get: () => 30 });
    this.define('internalQueryMaxBlockingSortMemoryUsageBytes', memory);
    this.define('internalDocumentSourceGroupMaxMemoryBytes', memory);
    this.define('cursorTimeoutMillis', {
      get: () => makeLong(BigInt(engine.cursors.options.idleMs)),
      set: (value) => {
        engine.cursors.options.idleMs = positive(value);
      },
    });
  }

  define(name: string, parameter: Parameter): void {
    this.#byName.set(name, parameter);
  }

  get(name: string): Parameter | undefined {
    return this.#byName.get(name);
  }

  /** All of them, by name. */
  all(): readonly (readonly [string, Parameter])[] {
    return [...this.#byName].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

function positive(value: Value): number {
  const number = isNumber(value) ? Math.trunc(toNumber(value)) : NaN;
  if (!(number > 0)) {
    throw new CommandError('BadValue', 'Invalid value for parameter: it has to be a number greater than 0');
  }
  return number;
}
