import { BsonUndefined, idKey, stringifyEjson, type Collation, type Doc, type Value } from '@argon/bson';

/** What two servers must agree on in a reply. */
const COMPARED = [
  'ok',
  'code',
  'errmsg',
  'n',
  'nModified',
  'values',
  'writeErrors',
  'value',
  'cursor',
  'numIndexesAfter',
];

/** Says in which half of mongod an error was met. */
const WHERE = /(?:PlanExecutor|Plan executor|Executor) error during [a-zA-Z ]+ :: caused by :: /;

/** What Argon tells of an error besides. */
const OWN_CODE = /,"argonCode":"[A-Z_]+"/g;

/** How a reply is shown. */
export interface Showing {
  /** Documents come in an order; else they are shown in that of their texts. */
  readonly isOrdered: boolean;
  /** Values are shown as their keys. */
  readonly keysBy: Collation | undefined;
}

/** A reply as text. */
export function shownReply(reply: Doc, { isOrdered, keysBy }: Showing): string {
  const shown: string[] = [];
  for (const field of COMPARED) {
    const value = reply.get(field);
    if (value === undefined) continue;
    if (field === 'cursor') shown.push(...list((value as Doc).get('firstBatch') as Value[], isOrdered));
    else if (field === 'values')
      shown.push(...list((value as Value[]).filter(isThere).map(shownBy(keysBy)), isOrdered));
    else shown.push(`${field}: ${stringifyEjson(value).replace(WHERE, '').replaceAll(OWN_CODE, '')}`);
  }
  return shown.join('\n');
}

function shownBy(collation: Collation | undefined): (value: Value) => Value {
  if (collation === undefined) return (value) => value;
  return (value) => Buffer.from(idKey(value, collation), 'latin1').toString('hex');
}

/** Through an index, mongod's `distinct` has null for what is missing. */
function isThere(value: Value): boolean {
  return value !== null && !(value instanceof BsonUndefined);
}

/** The lines of a text that another one does not have. */
export function linesOnlyIn(text: string, other: string): string[] {
  const known = new Set(other.split('\n'));
  const lines = text.split('\n').filter((line) => !known.has(line));
  return lines.length > 0 ? lines : ['(the same, in another order)'];
}

function list(values: readonly Value[], isOrdered: boolean): string[] {
  const texts = values.map((value) => stringifyEjson(withSortedSets(value)));
  return isOrdered ? texts : texts.sort();
}

/** Fields that the cases call `set` hold elements in no order. */
function withSortedSets(value: Value): Value {
  if (!(value instanceof Map)) return value;
  return new Map(
    [...value].map(([name, inner]) =>
      name === 'set' && Array.isArray(inner)
        ? [name, inner.map((item) => stringifyEjson(item)).sort()]
        : [name, inner],
    ),
  );
}
