import { verdictOf, type Figure, type Verdict } from '../figures/figure';

const ORDER: readonly Verdict[] = ['met', 'missed', 'failed', 'not there yet', 'no peer', 'no target'];

/** How many figures there are of each verdict; those that there are none of are left out. */
export function tally(figures: readonly Figure[]): { verdict: Verdict; figures: number }[] {
  return ORDER.map((verdict) => ({
    verdict,
    figures: figures.filter((figure) => verdictOf(figure) === verdict).length,
  })).filter((entry) => entry.figures > 0);
}
