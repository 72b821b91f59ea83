import { CommandError } from '../../../handler/errors';

/** A time zone: how far its clocks are ahead of UTC, in ms, at a moment. */
export interface TimeZone {
  offsetAt(utc: bigint): number;
  /** Not set for zones of a fixed offset. */
  readonly name?: string;
}

export const UTC: TimeZone = { offsetAt: () => 0 };

const OFFSET = /^([+-])(\d\d)(?::?(\d\d))?$/;
const NAME = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;
const zones = new Map<string, TimeZone>();

/** An Olson name (in its own spelling) or an offset `+hh`, `+hhmm`, `+hh:mm`; 40485 for anything else. */
export function timeZone(text: string): TimeZone {
  const known = zones.get(text);
  if (known !== undefined) return known;
  const zone = fixedZone(text) ?? olsonZone(text);
  if (zone === undefined) throw new CommandError(40485, `unrecognized time zone identifier: "${text}"`);
  if (zones.size > 1000) zones.clear();
  zones.set(text, zone);
  return zone;
}

function fixedZone(text: string): TimeZone | undefined {
  const match = OFFSET.exec(text);
  if (match === null) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  const offset = minutes * 60_000 * (match[1] === '-' ? -1 : 1);
  return { offsetAt: () => offset };
}

function olsonZone(text: string): TimeZone | undefined {
  if (text === 'UTC' || text === 'GMT') return UTC;
  if (!NAME.test(text)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: text,
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      hourCycle: 'h23',
    });
  } catch {
    return undefined;
  }
  // Intl ignores case; mongod's names have one spelling.
  const canonical = format.resolvedOptions().timeZone;
  if (canonical.toLowerCase() === text.toLowerCase() && canonical !== text) return undefined;
  if (!text.includes('/') && text.length <= 3 && text !== text.toUpperCase()) return undefined;
  return new OlsonZone(text, format);
}

/** Offsets change on quarter hours only, so one look-up serves each. */
const STEP = 900_000;
const CACHED_STEPS = 5000;
/** What JavaScript's Date holds, less two days for the offset. */
const DATE_RANGE = 8_640_000_000_000_000n - 172_800_000n;

class OlsonZone implements TimeZone {
  private readonly offsets = new Map<number, number>();

  constructor(
    readonly name: string,
    private readonly format: Intl.DateTimeFormat,
  ) {}

  offsetAt(utc: bigint): number {
    const inRange = utc > DATE_RANGE ? DATE_RANGE : utc < -DATE_RANGE ? -DATE_RANGE : utc;
    const step = Math.floor(Number(inRange) / STEP);
    const known = this.offsets.get(step);
    if (known !== undefined) return known;
    const offset = this.computeOffset(Number(inRange));
    if (this.offsets.size >= CACHED_STEPS) this.offsets.clear();
    this.offsets.set(step, offset);
    return offset;
  }

  private computeOffset(utc: number): number {
    const parts = new Map(this.format.formatToParts(utc).map((part) => [part.type, part.value]));
    const year = Number(parts.get('year'));
    const local = new Date(0);
    local.setUTCFullYear(
      parts.get('era') === 'AD' ? year : 1 - year,
      Number(parts.get('month')) - 1,
      Number(parts.get('day')),
    );
    local.setUTCHours(Number(parts.get('hour')), Number(parts.get('minute')), Number(parts.get('second')));
    return local.getTime() - Math.floor(utc / 1000) * 1000;
  }
}

export function toLocal(utc: bigint, zone: TimeZone): bigint {
  return utc + BigInt(zone.offsetAt(utc));
}

const DAY = 86_400_000n;

/** The moment of a local time: of two, the first; a time that the clocks skip is read by the offset before the gap. */
export function toUtc(local: bigint, zone: TimeZone): bigint {
  if (zone.name === undefined) return local - BigInt(zone.offsetAt(0n));
  const before = BigInt(zone.offsetAt(local - DAY));
  const after = BigInt(zone.offsetAt(local + DAY));
  for (const offset of [before, after]) {
    if (BigInt(zone.offsetAt(local - offset)) === offset) return local - offset;
  }
  return local - before;
}
