import { Timestamp } from '@argon/bson';

/** Gives timestamps as mongod's cluster clock does: seconds and a counter, each greater than all before it. */
class ClusterClock {
  #seconds = 0;
  #increment = 0;

  tick(now: Date): Timestamp {
    const seconds = Math.max(0, Math.floor(now.getTime() / 1000));
    if (seconds > this.#seconds) {
      this.#seconds = seconds;
      this.#increment = 0;
    }
    this.#increment++;
    return new Timestamp({ t: this.#seconds, i: this.#increment });
  }
}

/** This process's clock. */
export const clusterClock = new ClusterClock();
