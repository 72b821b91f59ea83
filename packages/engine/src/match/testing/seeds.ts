/**
 * The seeds of a differential test. `ARGON_SEEDS=100-150` plays those instead: to repeat a failure, or for long runs.
 */
export function differentialSeeds(count: number): number[] {
  const [from, to] = (process.env['ARGON_SEEDS'] ?? `1-${count}`).split('-').map(Number);
  return Array.from({ length: (to ?? from)! - from! + 1 }, (_, index) => from! + index);
}
