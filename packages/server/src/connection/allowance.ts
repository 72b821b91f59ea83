/** Bytes that may be held at once by all who ask; who finds too few left waits in line. */
export class Allowance {
  #free: number;
  readonly #waiting: { readonly bytes: number; readonly go: () => void }[] = [];

  /** @param total at least as many as anybody asks for at once */
  constructor(private readonly total: number) {
    this.#free = total;
  }

  get used(): number {
    return this.total - this.#free;
  }

  /** Undefined when they are there; else when they will be. */
  take(bytes: number): undefined | Promise<void> {
    if (this.#waiting.length === 0 && bytes <= this.#free) {
      this.#free -= bytes;
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push({ bytes, go: resolve });
    });
  }

  give(bytes: number): void {
    this.#free += bytes;
    for (
      let next = this.#waiting[0];
      next !== undefined && next.bytes <= this.#free;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.go();
    }
  }
}
