/** BSON types by the names that `$type` and `$convert` know. */
const TYPE_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['minKey', -1],
  ['missing', 0],
  ['double', 1],
  ['string', 2],
  ['object', 3],
  ['array', 4],
  ['binData', 5],
  ['undefined', 6],
  ['objectId', 7],
  ['bool', 8],
  ['date', 9],
  ['null', 10],
  ['regex', 11],
  ['dbPointer', 12],
  ['javascript', 13],
  ['symbol', 14],
  ['javascriptWithScope', 15],
  ['int', 16],
  ['timestamp', 17],
  ['long', 18],
  ['decimal', 19],
  ['maxKey', 127],
]);

const NAMES = new Map([...TYPE_NUMBERS].map(([name, number]) => [number, name]));

export function isTypeName(name: string): boolean {
  return TYPE_NUMBERS.has(name);
}

/** The name of a BSON type number; undefined if there is no such type. */
export function typeNameOf(number: number): string | undefined {
  return NAMES.get(number);
}
