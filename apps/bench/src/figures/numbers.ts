import type { Target, Unit } from './figure';

/** A number with its unit, for people: three digits that matter. */
export function shown(value: number, unit: Unit): string {
  switch (unit) {
    case 'ms':
      return duration(value);
    case 'bytes':
      return bytes(value);
    case 'ratio':
      return `${digits(value)} ×`;
    case 'share':
      return `${(value * 100).toFixed(1)} %`;
    case '1/s':
      return `${value >= 1000 ? Math.round(value).toLocaleString('en') : digits(value)}/s`;
  }
}

export function shownTarget(target: Target, unit: Unit): string {
  return 'most' in target ? `≤ ${shown(target.most, unit)}` : `≥ ${shown(target.least, unit)}`;
}

/** 1000000 → `1,000,000`. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

function duration(ms: number): string {
  if (ms >= 10_000) return `${digits(ms / 1000)} s`;
  return ms < 0.1 ? `${digits(ms * 1000)} µs` : `${digits(ms)} ms`;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const;

function bytes(value: number): string {
  let unit = 0;
  let scaled = value;
  while (Math.abs(scaled) >= 1024 && unit < BYTE_UNITS.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${digits(scaled)} ${BYTE_UNITS[unit]!}`;
}

function digits(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  // 0.500 and 0.5 are the same; 1.00 says more than 1 beside 1.02, but in a target it is noise.
  return String(Number(value.toFixed(Math.min(decimals, 6))));
}
