import { Decimal } from '@argon/bson';
import { WideDecimal } from './real-decimal';

type Wide = InstanceType<typeof Decimal>;

/** decimal.js knows π well enough to reduce angles up to about this power of ten. */
const KNOWN_POWER = 900;
const SPARE_DIGITS = 60;

/** The angle itself, or one in [0, 2π) with the same sine if it is too large for decimal.js. */
export function reducedAngle(angle: Wide): Wide {
  if (angle.e <= KNOWN_POWER) return angle;
  const digits = SPARE_DIGITS;
  const circle = 2n * scaledPi(angle.e + digits);
  // angle · 10^digits modulo 2π · 10^digits, with π to as many digits as the angle has before the point.
  const scale = 10n ** BigInt(angle.e);
  const rest = ((BigInt(angle.abs().toFixed(0)) * 10n ** BigInt(digits) * scale) % circle) / scale;
  const reduced = new WideDecimal(rest.toString()).div(new WideDecimal(10).pow(digits));
  return angle.isNegative() ? reduced.neg() : reduced;
}

/** π · 10^digits (Machin's formula). */
function scaledPi(digits: number): bigint {
  const guard = 10n ** BigInt(digits + 10);
  return (4n * (4n * arcCotangent(5n, guard) - arcCotangent(239n, guard))) / 10n ** 10n;
}

function arcCotangent(x: bigint, unit: bigint): bigint {
  let power = unit / x;
  let sum = power;
  for (let n = 3n, sign = -1n; power > 0n; n += 2n, sign = -sign) {
    power /= x * x;
    sum += (sign * power) / n;
  }
  return sum;
}
