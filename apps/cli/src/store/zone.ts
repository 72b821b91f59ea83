import { createRequire } from 'node:module';
import type { Temporal as TemporalNamespace } from '@js-temporal/polyfill';

/** Loaded when it is needed: most commands are given no time. */
const load = createRequire(import.meta.url);
const temporal = (): typeof TemporalNamespace =>
  (load('@js-temporal/polyfill') as { Temporal: typeof TemporalNamespace }).Temporal;

/** What a clock on the wall shows. */
export interface WallTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** The time zone of this machine: `Europe/Zurich`. */
export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * When clocks of a zone show a time, ms since the epoch; text if that cannot be told: why not. Clocks that are set back show
 * some times twice, and set forward they leave some out.
 * @param between with `nearest`, one of two, and for one that is left out the one as far after it
 */
export function timeInZone(wall: WallTime, zone: string, between?: 'nearest'): number | string {
  const { PlainDateTime } = temporal();
  let dateTime;
  try {
    dateTime = PlainDateTime.from({ ...wall }, { overflow: 'reject' });
  } catch {
    return 'there is no such day or hour';
  }
  const at = (disambiguation: 'earlier' | 'later' | 'compatible') =>
    dateTime.toZonedDateTime(zone, { disambiguation });
  try {
    if (between === 'nearest') return at('compatible').epochMilliseconds;
    const [earlier, later] = [at('earlier'), at('later')];
    if (earlier.epochMilliseconds === later.epochMilliseconds) return earlier.epochMilliseconds;
    return earlier.toPlainDateTime().equals(dateTime)
      ? `clocks in ${zone} show it twice; say which with ${earlier.offset} or ${later.offset} behind it`
      : `clocks in ${zone} leave it out`;
  } catch {
    return isZone(zone) ? 'it is too far away' : `there is no time zone '${zone}'`;
  }
}

/** What clocks of a zone show at a time; undefined if there is no such zone. */
export function wallTimeIn(zone: string, time: number): WallTime | undefined {
  if (!isZone(zone)) return undefined;
  const { year, month, day, hour, minute, second, millisecond } = temporal()
    .Instant.fromEpochMilliseconds(time)
    .toZonedDateTimeISO(zone);
  return { year, month, day, hour, minute, second, millisecond };
}

function isZone(zone: string): boolean {
  try {
    temporal().Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}
