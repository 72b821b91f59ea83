import { ObjectId } from 'mongodb';
import { randomSource, type RandomSource } from './random';
import { CITIES, FIRST_NAMES, LAST_NAMES, STREETS, TAGS, WORDS } from './words';

/** How many groups the people fall into: a query for one of them finds size / 200. */
export const GROUPS = 200;

/** A customer, about 400 bytes of BSON. */
export interface Person {
  readonly _id: ObjectId;
  readonly name: { readonly first: string; readonly last: string };
  readonly email: string;
  readonly phone: string;
  readonly address: {
    readonly street: string;
    readonly city: string;
    readonly zip: string;
    readonly location: readonly [number, number];
  };
  readonly born: Date;
  readonly joined: Date;
  readonly active: boolean;
  readonly visits: number;
  readonly balance: number;
  readonly tags: readonly string[];
  /** 0 … GROUPS−1, every group as large as the next. */
  readonly group: number;
  readonly note: string;
}

const DAY = 86_400_000;
const SINCE = Date.UTC(2015, 0, 1);

/** The `_id` of the person at an index: an ObjectId as a driver makes them, later ones greater. */
export function personId(index: number): ObjectId {
  const seconds = (SINCE / 1000 + index).toString(16).padStart(8, '0');
  return ObjectId.createFromHexString(`${seconds}c0ffee5eed${index.toString(16).padStart(6, '0').slice(-6)}`);
}

/** The person at an index: always the same one, whichever others are asked for. */
export function person(index: number): Person {
  const random = randomSource(index * 2 + 1);
  const first = random.pick(FIRST_NAMES);
  const last = random.pick(LAST_NAMES);
  return {
    _id: personId(index),
    name: { first, last },
    email: `${first}.${last}.${index}@example.org`.toLowerCase(),
    phone: `+${10 + random.below(90)} ${100 + random.below(900)} ${1_000_000 + random.below(9_000_000)}`,
    address: {
      street: `${1 + random.below(200)} ${random.pick(STREETS)}`,
      city: random.pick(CITIES),
      zip: String(10_000 + random.below(90_000)),
      location: [random.share() * 360 - 180, random.share() * 180 - 90],
    },
    born: new Date(Date.UTC(1940, 0, 1) + random.below(25_000) * DAY),
    joined: new Date(SINCE + random.below(4_000) * DAY + random.below(DAY)),
    active: random.below(10) < 7,
    visits: random.below(1_000),
    balance: Math.round(random.share() * 1_000_000) / 100,
    tags: [random.pick(TAGS), random.pick(TAGS), random.pick(TAGS)],
    group: index % GROUPS,
    note: text(random, 16),
  };
}

/** People from one index up to, not including, another. */
export function people(from: number, to: number): Person[] {
  return Array.from({ length: to - from }, (_, i) => person(from + i));
}

/** Words until there are at least `length` characters, cut there. */
export function text(random: RandomSource, length: number): string {
  let words = random.pick(WORDS);
  while (words.length < length) words += ` ${random.pick(WORDS)}`;
  return words.slice(0, length);
}
