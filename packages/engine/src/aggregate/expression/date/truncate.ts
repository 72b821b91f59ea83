import { CommandError } from '../../../handler/errors';
import { civilFromDays, DAY_MS, daysFromCivil, floorDivide, splitDays, weekday } from './calendar';
import { toLocal, toUtc, type TimeZone } from './time-zone';
import { isMonthUnit, UNIT_MONTHS, UNIT_MS, type TimeUnit } from './unit';

const LARGEST_BIN = 100_000_000_000n;
/** Bins are counted from this day. */
const REFERENCE_DAY = daysFromCivil(2000, 1, 1);

/** The start of the bin of `binSize` units that a moment is in, counted from 2000-01-01 in the zone. */
export function truncateMoment(
  utc: bigint,
  unit: TimeUnit,
  binSize: bigint,
  zone: TimeZone,
  startOfWeek: number,
): bigint {
  if (unit !== 'millisecond' && binSize > LARGEST_BIN) {
    throw new CommandError(5439006, 'dateTrunc unsupported binSize value');
  }
  if (isMonthUnit(unit)) return truncateMonths(utc, binSize * BigInt(UNIT_MONTHS[unit]), zone);
  if (unit === 'day' || unit === 'week') return truncateDays(utc, unit, binSize, zone, startOfWeek);
  const reference = toUtc(BigInt(REFERENCE_DAY) * BigInt(DAY_MS), zone);
  const bin = binSize * UNIT_MS[unit];
  return reference + floorDivide(utc - reference, bin) * bin;
}

function truncateMonths(utc: bigint, bin: bigint, zone: TimeZone): bigint {
  const { year, month } = civilFromDays(splitDays(toLocal(utc, zone)).days);
  const months = BigInt((year - 2000) * 12 + month - 1);
  const start = Number(floorDivide(months, bin) * bin);
  return toUtc(BigInt(daysFromCivil(2000, start + 1, 1)) * BigInt(DAY_MS), zone);
}

function truncateDays(
  utc: bigint,
  unit: 'day' | 'week',
  binSize: bigint,
  zone: TimeZone,
  startOfWeek: number,
): bigint {
  const { days } = splitDays(toLocal(utc, zone));
  const toFirstWeek = (startOfWeek - weekday(REFERENCE_DAY) + 7) % 7;
  const reference = unit === 'day' ? REFERENCE_DAY : REFERENCE_DAY + toFirstWeek;
  const bin = unit === 'day' ? binSize : binSize * 7n;
  const start = BigInt(reference) + floorDivide(BigInt(days - reference), bin) * bin;
  return toUtc(start * BigInt(DAY_MS), zone);
}
