import type { Lsn } from '@argon/wal';
import { AgingMap } from '../cache/aging-map';
import type { LayeredBranchState } from '../state/branch-state';
import { numberTree, type SortedTree } from '../state/sorted-tree';
import { Trail } from './trail';

interface Chain {
  head: LayeredBranchState;
  /** The head and states behind it. */
  readonly trail: Trail;
}

/**
 * The states in memory: each branch's head with a trail behind it, and pasts that were read (fork points among them).
 * Bounded in number; idle ones go. What goes can always be computed again.
 */
export class KnownStates {
  readonly #chains: AgingMap<number, Chain>;
  readonly #pasts: AgingMap<string, LayeredBranchState>;
  readonly #pastsOf = new Map<number, SortedTree<Lsn, LayeredBranchState>>();

  constructor(limits: { maxHeads: number; maxPasts: number }) {
    this.#chains = new AgingMap(limits.maxHeads);
    this.#pasts = new AgingMap(limits.maxPasts, (_, state) => {
      const pasts = this.#pastsOf.get(state.branchId);
      pasts?.delete(state.lsn);
      if (pasts?.isEmpty) this.#pastsOf.delete(state.branchId);
    });
  }

  /** How many states are held. */
  get size(): number {
    let size = this.#pasts.size;
    for (const { trail } of this.#chains.values()) size += trail.size;
    return size;
  }

  head(branchId: number): LayeredBranchState | undefined {
    return this.#chains.get(branchId)?.head;
  }

  /** As `head`, without counting as a use. */
  peek(branchId: number): LayeredBranchState | undefined {
    return this.#chains.peek(branchId)?.head;
  }

  /** Makes a state its branch's head, `entries` entries after the one before; an older one than is known is ignored. */
  setHead(state: LayeredBranchState, entries: number, trail?: Trail): LayeredBranchState {
    const chain = this.#chains.get(state.branchId);
    if (!chain || (trail && state.lsn >= chain.head.lsn)) {
      const begun = trail ?? new Trail();
      if (begun.newest !== state) begun.push(state, entries);
      this.#chains.set(state.branchId, { head: state, trail: begun });
      return state;
    }
    if (state.lsn > chain.head.lsn) {
      chain.head = state;
      chain.trail.push(state, entries);
    }
    return chain.head;
  }

  /** Puts an equal state that is computed from a newer snapshot in its head's place, with a trail of its own. */
  rebase(state: LayeredBranchState, trail: Trail): void {
    const chain = this.#chains.get(state.branchId);
    if (chain?.head.lsn === state.lsn) this.#chains.set(state.branchId, { head: state, trail });
  }

  /** Keeps a past state for whoever reads near it again. */
  keep(state: LayeredBranchState): void {
    const key = `${state.branchId}@${state.lsn}`;
    if (this.#pasts.get(key)) return;
    let pasts = this.#pastsOf.get(state.branchId);
    if (!pasts) this.#pastsOf.set(state.branchId, (pasts = numberTree()));
    pasts.set(state.lsn, state);
    this.#pasts.set(key, state);
  }

  /** The newest known state of a branch's own chain at or before an LSN. */
  nearest(branchId: number, lsn: Lsn): LayeredBranchState | undefined {
    const behind = this.#chains.peek(branchId)?.trail.nearest(lsn);
    const past = this.#pastsOf.get(branchId)?.getPairOrNextLower(lsn)?.[1];
    const nearest = past && (!behind || past.lsn > behind.lsn) ? past : behind;
    if (nearest === past && past) this.#pasts.get(`${branchId}@${past.lsn}`);
    return nearest;
  }

  /** The oldest known state of a branch's own chain at or after an LSN. */
  next(branchId: number, lsn: Lsn): LayeredBranchState | undefined {
    const chain = this.#chains.peek(branchId)?.trail.next(lsn);
    const past = this.#pastsOf.get(branchId)?.getPairOrNextHigher(lsn)?.[1];
    if (past === undefined || (chain !== undefined && chain.lsn <= past.lsn)) return chain;
    this.#pasts.get(`${branchId}@${past.lsn}`);
    return past;
  }

  /** Lets go of everything. */
  clear(): void {
    this.#chains.clear();
    this.#pasts.clear();
  }

  /** Ages everything by one step: what went unused for several goes. */
  sweep(): void {
    this.#chains.sweep();
    this.#pasts.sweep();
  }
}
