import type { BranchType, Flags } from '../flags/flags';
import type { Crossing } from './contract';
import type { Side } from './sides';

/** How long to wait before what failed is tried again, ms. */
const AGAIN_AFTER = 5_000;

/** Brings branches to the side where the flags want them, one turn at a time for each, beside the work that goes on. */
export class Turns {
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #failedAt = new Map<string, number>();
  #closed = false;

  constructor(
    private readonly crossing: Crossing,
    /** Told when a turn fails; the branch stays where it is, and the turn is tried again. */
    private readonly failed: (branch: string, error: unknown) => void,
  ) {}

  /** Begins a turn if the branch is not where it should be. */
  steer(branch: string, side: Side, flags: Flags): void {
    const wanted = wantedSide(side, flags);
    if (wanted === side.type || this.#closed || this.#underWay.has(branch)) return;
    if (side.record?.fence !== undefined) return;
    if (performance.now() - (this.#failedAt.get(branch) ?? -Infinity) < AGAIN_AFTER) return;
    void this.turn(branch, wanted);
  }

  /** Waits for the turns that are under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  /** Begins no more of them, and tells of no more failures: they are stopped on purpose. */
  stop(): void {
    this.#closed = true;
  }

  private async turn(branch: string, to: BranchType): Promise<void> {
    const turning = this.crossing.turn(branch, to, to === 'traditional').then(
      () => void this.#failedAt.delete(branch),
      (error: unknown) => {
        this.#failedAt.set(branch, performance.now());
        if (!this.#closed) this.failed(branch, error);
      },
    );
    this.#underWay.set(branch, turning);
    await turning;
    this.#underWay.delete(branch);
  }
}

/** Where the flags want a branch that is where it is: turned off, the log serves nothing; turned on, what it served before. */
function wantedSide({ type, record }: Side, { wal }: Flags): BranchType {
  if (type === 'wal') return wal ? 'wal' : 'traditional';
  return wal && record?.returned === true ? 'wal' : 'traditional';
}
