import type { Compressor } from './compressor';
import { snappy } from './snappy';
import { zlib } from './zlib';
import { loadZstd } from './zstd';

export const COMPRESSOR_NAMES = ['snappy', 'zstd', 'zlib'] as const;
export type CompressorName = (typeof COMPRESSOR_NAMES)[number];

/** The compressors that a server speaks. */
export class Compressors {
  readonly #byName: ReadonlyMap<string, Compressor>;
  readonly #byId: ReadonlyMap<number, Compressor>;

  private constructor(compressors: readonly Compressor[]) {
    this.#byName = new Map(compressors.map((one) => [one.name, one]));
    this.#byId = new Map(compressors.map((one) => [one.id, one]));
  }

  static async load(names: readonly CompressorName[] = COMPRESSOR_NAMES): Promise<Compressors> {
    const wanted = new Set(names);
    const compressors: Compressor[] = [];
    if (wanted.has('snappy')) compressors.push(snappy);
    if (wanted.has('zstd')) compressors.push(await loadZstd());
    if (wanted.has('zlib')) compressors.push(zlib);
    return new Compressors(compressors);
  }

  /** Those of a client's that are spoken here, in its order. */
  agreed(offered: readonly unknown[]): string[] {
    return offered.filter((name): name is string => typeof name === 'string' && this.#byName.has(name));
  }

  byId(id: number): Compressor | undefined {
    return this.#byId.get(id);
  }
}
