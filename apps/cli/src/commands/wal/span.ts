const UNITS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 24 * 3_600_000,
  week: 7 * 24 * 3_600_000,
};

/**
 * Milliseconds of `30 days`, `1 week`, `12 hours`; undefined if the text is something else.
 */
export function readSpan(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?) *(minute|hour|day|week)s?$/.exec(text.trim()) ?? [];
  return number === undefined ? undefined : Number(number) * UNITS[unit!]!;
}
