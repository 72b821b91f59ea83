import type { Doc, Value } from '@argon/bson';
import type { Chance } from './chance';
import { FIELDS } from './random-values';

export interface RandomPath {
  readonly text: string;
  /** The value there, if the path leads to one. */
  readonly value: Value | undefined;
}

/** A path for an update: mostly one that the document has, sometimes with array operators, sometimes odd. */
export function randomPath(chance: Chance, document: Doc, dynamic = true): RandomPath {
  if (chance.rarely(12)) return { text: chance.pick(ODD_PATHS), value: undefined };
  const parts: string[] = [];
  let value: Value | undefined = document;
  for (let depth = 1 + chance.below(4); depth > 0; depth--) {
    const part = randomPart(chance, value, dynamic && parts.length > 0);
    parts.push(part);
    value = step(chance, value, part);
    if (value === undefined && !chance.once(3)) break;
  }
  return { text: parts.join('.'), value };
}

const ODD_PATHS = [
  '',
  'a.',
  '.a',
  'a..b',
  '$a',
  'a.$b',
  '$a.b',
  '_id',
  '_id.a',
  '_id.b',
  '$',
  '$[]',
  'a.$[',
  '_id.0',
];

function randomPart(chance: Chance, value: Value | undefined, dynamic: boolean): string {
  if (Array.isArray(value)) {
    if (dynamic && chance.once(2)) return chance.pick(['$[]', '$[]', '$[i]', '$[i]', '$[j]', '$', '$']);
    if (!chance.once(6)) return String(chance.below(value.length + 2));
  }
  if (value instanceof Map && value.size > 0 && !chance.once(4)) {
    const name = chance.pick([...value.keys()]);
    if (name !== '_id' || chance.once(4)) return name;
  }
  if (dynamic && chance.rarely(5)) return chance.pick(['$[]', '$', '$[i]']);
  return chance.pick(FIELDS);
}

function step(chance: Chance, value: Value | undefined, part: string): Value | undefined {
  if (value instanceof Map) return value.get(part);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return part.startsWith('$') ? chance.pick(value) : value[Number(part)];
}
