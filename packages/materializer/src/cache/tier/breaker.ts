export interface BreakerOptions {
  /** After so many failures in a row it opens. */
  readonly failures: number;
  /** How long it then stays open before one more try, ms; doubles with each try that fails. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  /** A clock that never runs backward, ms. */
  readonly now?: () => number;
}

/** `go`: ask. `trial`: ask, but nobody waits for the answer. `stop`: do not ask. */
export type Pass = 'go' | 'trial' | 'stop';

/** Keeps calls away from what has failed repeatedly, and finds out when it is back. */
export class Breaker {
  readonly #options: BreakerOptions;
  readonly #now: () => number;
  #failures = 0;
  #pauseMs: number;
  #retryAt = 0;
  #onTrial = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#pauseMs = options.pauseMs;
  }

  get isOpen(): boolean {
    return this.#failures >= this.#options.failures;
  }

  /** Whether `pass` would say anything but `stop`. */
  get isReady(): boolean {
    return !this.isOpen || (!this.#onTrial && this.#now() >= this.#retryAt);
  }

  /** Asked before each call; a call that is made must be followed by `succeeded` or `failed` with the same pass. */
  pass(): Pass {
    if (!this.isReady) return 'stop';
    if (!this.isOpen) return 'go';
    this.#onTrial = true;
    return 'trial';
  }

  succeeded(pass: Pass): void {
    // What set out before it opened says nothing about now.
    if (this.isOpen && pass !== 'trial') return;
    this.#failures = 0;
    this.#pauseMs = this.#options.pauseMs;
    this.#onTrial = false;
  }

  failed(pass: Pass): void {
    if (pass === 'trial') {
      this.#onTrial = false;
      this.#pauseMs = Math.min(2 * this.#pauseMs, this.#options.maxPauseMs);
    } else {
      if (this.isOpen) return;
      this.#failures += 1;
    }
    this.#retryAt = this.#now() + this.#pauseMs;
  }
}
