/** `2017-02-08T12:10:40.787Z`, and mongod's forms for years outside 0–9999. Milliseconds since the epoch, UTC. */
export function formatIsoDate(milliseconds: number): string {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return String(milliseconds);
  return date.toISOString();
}
