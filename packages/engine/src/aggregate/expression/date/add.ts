import { CommandError } from '../../../handler/errors';
import { civilFromDays, DAY_MS, daysFromCivil, daysInMonth, splitDays } from './calendar';
import { toLocal, toUtc, type TimeZone } from './time-zone';
import { isMonthUnit, UNIT_MONTHS, UNIT_MS, type TimeUnit } from './unit';

const MONTH_MS = 2_629_746_000n;
const INT64_SPAN = 2n ** 64n;

/** Whether so many units can be told apart from an overflow at all. */
export function isAmountValid(amount: bigint, unit: TimeUnit): boolean {
  if (unit === 'millisecond') return true;
  const length = isMonthUnit(unit) ? MONTH_MS * BigInt(UNIT_MONTHS[unit]) : UNIT_MS[unit];
  return (amount < 0n ? -amount : amount) <= INT64_SPAN / length;
}

/**
 * A moment, so many units later. Days and longer units count on the zone's calendar: the clock time stays, and a day
 * past the month's end becomes its last.
 */
export function addUnits(utc: bigint, unit: TimeUnit, amount: bigint, zone: TimeZone): bigint {
  const result = unclampedSum(utc, unit, amount, zone);
  if (BigInt.asIntN(64, result) !== result) {
    throw unit === 'millisecond'
      ? new CommandError(159, `Overflow while adding ${amount}ms to ${utc}ms`)
      : new CommandError(5166406, 'dateAdd overflowed');
  }
  return result;
}

function unclampedSum(utc: bigint, unit: TimeUnit, amount: bigint, zone: TimeZone): bigint {
  if (isMonthUnit(unit)) {
    const local = toLocal(utc, zone);
    const { days, rest } = splitDays(local);
    const { year, month, day } = civilFromDays(days);
    const months = year * 12 + (month - 1) + Number(amount) * UNIT_MONTHS[unit];
    const newYear = Math.floor(months / 12);
    const newMonth = months - newYear * 12 + 1;
    const newDay = Math.min(day, daysInMonth(newYear, newMonth));
    return toUtc(BigInt(daysFromCivil(newYear, newMonth, newDay)) * BigInt(DAY_MS) + BigInt(rest), zone);
  }
  if (unit === 'day' || unit === 'week') return toUtc(toLocal(utc, zone) + amount * UNIT_MS[unit], zone);
  return utc + amount * UNIT_MS[unit];
}
