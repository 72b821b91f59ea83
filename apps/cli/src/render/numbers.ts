/** `148,266` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 document`, `148,266 documents` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `512 B`, `17.1 MiB` */
export function byteSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]!}`;
}

/** `640 µs`, `12.3 ms`, `4.56 s` */
export function duration(milliseconds: number): string {
  if (milliseconds < 1) return `${Math.round(milliseconds * 1000)} µs`;
  if (milliseconds < 1000) return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 1)} ms`;
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

/** `2026-01-31 12:00:00 UTC`; milliseconds only where there are some. */
export function moment(timestamp: number): string {
  return new Date(timestamp).toISOString().replace('T', ' ').replace('.000Z', 'Z').replace('Z', ' UTC');
}

/** `2026-01-31T12:00:00.000Z`, or null. What JSON output holds. */
export function isoTime(timestamp: number): string;
export function isoTime(timestamp: number | null): string | null;
export function isoTime(timestamp: number | null): string | null {
  return timestamp === null ? null : new Date(timestamp).toISOString();
}
