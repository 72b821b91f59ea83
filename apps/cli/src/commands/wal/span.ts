/** By the first letter of `minute`, `hour`, `day`, `week`. */
const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 24 * 3_600_000,
  w: 7 * 24 * 3_600_000,
};

/**
 * Milliseconds of `30 days`, `1 week`, `12 hours`, or `30d`, `1w`, `12h`, `5m`; undefined if the text is something else.
 */
export function readSpan(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?) *(m|h|d|w|(?:minute|hour|day|week)s?)$/.exec(text.trim()) ?? [];
  return number === undefined ? undefined : Number(number) * UNITS[unit!.charAt(0)]!;
}
