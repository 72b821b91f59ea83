import { civilFromDays, floorDivide, splitDays, weekday } from './calendar';
import { toLocal, type TimeZone } from './time-zone';
import { isMonthUnit, UNIT_MONTHS, UNIT_MS, type TimeUnit } from './unit';

/** How many boundaries between units lie between two moments, on the zone's calendar and clock. */
export function differenceInUnits(
  start: bigint,
  end: bigint,
  unit: TimeUnit,
  zone: TimeZone,
  startOfWeek: number,
): bigint {
  if (isMonthUnit(unit)) {
    return BigInt(period(end, unit, zone) - period(start, unit, zone));
  }
  switch (unit) {
    case 'day':
      return BigInt(localDay(end, zone) - localDay(start, zone));
    case 'week':
      return BigInt(week(end, zone, startOfWeek) - week(start, zone, startOfWeek));
    case 'hour':
    case 'minute':
      return clockUnits(start, end, unit, zone);
    case 'second':
    case 'millisecond':
      return floorDivide(end, UNIT_MS[unit]) - floorDivide(start, UNIT_MS[unit]);
  }
}

function localDay(utc: bigint, zone: TimeZone): number {
  return splitDays(toLocal(utc, zone)).days;
}

function period(utc: bigint, unit: 'year' | 'quarter' | 'month', zone: TimeZone): number {
  const { year, month } = civilFromDays(localDay(utc, zone));
  return Math.floor((year * 12 + month - 1) / UNIT_MONTHS[unit]);
}

function week(utc: bigint, zone: TimeZone, startOfWeek: number): number {
  const day = localDay(utc, zone);
  const intoWeek = (weekday(day) - startOfWeek + 7) % 7;
  return (day - intoWeek - (startOfWeek - 4)) / 7;
}

/** On the clock, less what changing the clocks in between added. */
function clockUnits(start: bigint, end: bigint, unit: 'hour' | 'minute', zone: TimeZone): bigint {
  const length = UNIT_MS[unit];
  const onClock = floorDivide(toLocal(end, zone), length) - floorDivide(toLocal(start, zone), length);
  const shift = BigInt(zone.offsetAt(start) - zone.offsetAt(end));
  return onClock + shift / length;
}
