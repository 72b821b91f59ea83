import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION = 5;

export interface Stalls {
  /** Watches the event loop while `work` runs; may be called again, and adds to what was seen. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** The longest that the event loop was late, ms. */
  longest(): number;
}

/** Watches how late the event loop comes round, which is how long everything else in the process had to wait. */
export function stalls(): Stalls {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  return {
    during: async (work) => {
      histogram.enable();
      try {
        return await work();
      } finally {
        histogram.disable();
      }
    },
    // What it measures is the time between two looks, of which RESOLUTION is meant to pass.
    longest: () => (histogram.count === 0 ? 0 : Math.max(0, histogram.max / 1e6 - RESOLUTION)),
  };
}
