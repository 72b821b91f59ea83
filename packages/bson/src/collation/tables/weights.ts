import { CodePointMap, uint16s, uint32s } from './code-points';
import { readContext, type ContextNode } from './contexts';

/** Offsets in the indexes at the beginning of a collation's data (ICU's format UCol 5). */
const OPTIONS = 1;
const JAMO_START = 4;
const REORDER_CODES = 5;
const REORDER_TABLE = 6;
const TRIE = 7;
const ELEMENTS = 9;
const ELEMENT_32S = 11;
const CONTEXTS = 13;
const SCRIPTS = 16;
const COMPRESSIBLE = 17;

/** The CE32 of characters that have no weight of their own. */
export const UNASSIGNED_CE32 = 0xffff_ffff;

/** What the tables of a locale say how to compare unless told otherwise; bits are named in `settings.ts`. */
export interface TableSettings {
  readonly options: number;
  readonly reordering: Reordering | undefined;
}

/** How a locale moves whole scripts: by the first byte of a primary weight, or by ranges where that does not tell. */
export interface Reordering {
  readonly table: Uint8Array;
  /** Upper 16 bits: the end of a range of primaries; lower 16: what is added to their first byte. */
  readonly ranges: Uint32Array;
}

/** The weights of characters: the root's, or a locale's own on top of those. */
export class Weights {
  private readonly contexts = new Map<number, ContextNode>();

  private constructor(
    /** Whose weights hold where these have none (`FALLBACK_CE32`). */
    readonly base: Weights | undefined,
    readonly points: CodePointMap,
    /** Pairs of 32 bits: lower half, upper half of an element. */
    readonly elements: Uint32Array,
    readonly element32s: Uint32Array,
    private readonly contextUnits: Uint16Array,
    /** CE32s of the parts of Hangul syllables. */
    readonly jamo: Uint32Array,
    /** First byte of the weights of numbers, left-adjusted. */
    readonly numericPrimary: number,
    /** First bytes of primaries that need not be repeated: 1. */
    readonly compressible: Uint8Array,
    private readonly lastPrimaries: readonly number[],
  ) {}

  /** @param data what follows the file's header */
  static read(data: Buffer, base?: Weights): { weights: Weights; settings: TableSettings } {
    const part = partsOf(data);
    const settings = { options: data.readUInt32LE(OPTIONS * 4) & 0xffff, reordering: reorderingOf(part) };
    const trie = part(TRIE);
    if (trie.length < 8) {
      if (base === undefined) throw new Error('The tables of collations are damaged');
      return { weights: base, settings };
    }
    const element32s = words(part(ELEMENT_32S));
    const jamoStart = data.readInt32LE(0) > JAMO_START ? data.readInt32LE(JAMO_START * 4) : -1;
    const contexts = part(CONTEXTS);
    const scripts = part(SCRIPTS);
    const compressible = part(COMPRESSIBLE);
    const weights = new Weights(
      base,
      CodePointMap.read(trie),
      words(part(ELEMENTS)),
      element32s,
      uint16s(contexts, 0, contexts.length >> 1),
      jamoStart >= 0 ? element32s.subarray(jamoStart) : base!.jamo,
      (data.readUInt32LE(OPTIONS * 4) & 0xff000000) >>> 0,
      compressible.length >= 256 ? Uint8Array.from(compressible.subarray(0, 256)) : base!.compressible,
      scripts.length > 0 ? lastPrimariesOf(uint16s(scripts, 0, scripts.length >> 1)) : base!.lastPrimaries,
    );
    return { weights, settings };
  }

  /** The default of what stands at `index` of the contexts, and what more there may be. */
  contextDefault(index: number): number {
    return ((this.contextUnits[index]! << 16) | this.contextUnits[index + 1]!) >>> 0;
  }

  context(index: number): ContextNode {
    let context = this.contexts.get(index);
    if (context === undefined) {
      context = readContext(this.contextUnits, index + 2);
      this.contexts.set(index, context);
    }
    return context;
  }

  /** The greatest primary weight of spaces (0), punctuation (1), symbols (2), currencies (3). */
  lastPrimary(group: number): number {
    return this.lastPrimaries[group]!;
  }
}

function partsOf(data: Buffer): (index: number) => Buffer {
  const count = data.readInt32LE(0);
  const offset = (index: number): number => (index < count ? data.readInt32LE(index * 4) : -1);
  return (index) => {
    const start = offset(index);
    const end = offset(index + 1);
    return start < 0 || end <= start ? data.subarray(0, 0) : data.subarray(start, end);
  };
}

function words(part: Buffer): Uint32Array {
  return uint32s(part, 0, part.length >> 2);
}

/** Reordering codes of scripts come first; they are below 2^16, and ranges are not. */
function reorderingOf(part: (index: number) => Buffer): Reordering | undefined {
  const codes = words(part(REORDER_CODES));
  const table = part(REORDER_TABLE);
  if (codes.length === 0 || table.length < 256) return undefined;
  const first = codes.findIndex((code) => code > 0xffff);
  return {
    table: Uint8Array.from(table.subarray(0, 256)),
    ranges: first < 0 ? new Uint32Array() : codes.slice(first),
  };
}

/** How many groups of characters that are not scripts have a place of their own; four of them may be variable. */
const SPECIAL_GROUPS = 16;
const VARIABLE_GROUPS = 4;

function lastPrimariesOf(scripts: Uint16Array): number[] {
  const count = scripts[0]!;
  const starts = scripts.subarray(1 + count + SPECIAL_GROUPS);
  return Array.from({ length: VARIABLE_GROUPS }, (_, group) => {
    const index = scripts[1 + count + group]!;
    return ((starts[index + 1]! << 16) - 1) >>> 0;
  });
}
