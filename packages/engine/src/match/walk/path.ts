/** A dotted path, split and encoded once per query. */
export interface Path {
  readonly dotted: string;
  readonly parts: readonly string[];
  /** Each part in UTF-8, to be compared with encoded field names. */
  readonly encoded: readonly Uint8Array[];
  /** Each part as an array index; −1 if it is none. A part such as '01' is only a field name. */
  readonly indexes: readonly number[];
}

const INDEX = /^(?:0|[1-9]\d{0,8})$/;

export function compilePath(dotted: string): Path {
  const parts = dotted.split('.');
  return {
    dotted,
    parts,
    encoded: parts.map((part) => Buffer.from(part)),
    indexes: parts.map((part) => (INDEX.test(part) ? Number(part) : -1)),
  };
}
