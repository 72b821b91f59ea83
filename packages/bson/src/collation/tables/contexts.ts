/**
 * Characters whose weight depends on their neighbours: what may follow a character (or, backwards, precede it), and what
 * the characters together weigh. ICU stores it as tries of UTF-16 units (UCharsTrie); here they are trees of code points.
 */
export interface ContextNode {
  /** The CE32 of what has been matched so far, if that may be the whole. */
  readonly value: number | undefined;
  readonly next: ReadonlyMap<number, ContextNode>;
}

const MAX_BRANCH_LIST = 5;
const MIN_LINEAR = 0x30;
const MIN_VALUE = 0x40;
const FINAL = 0x8000;
const TWO_UNITS = 0x4000;
const THREE_UNITS = 0x7fff;
const TWO_UNIT_NODE = 0x4040;
const THREE_UNIT_NODE = 0x7fc0;
const TWO_UNIT_DELTA = 0xfc00;
const THREE_UNIT_DELTA = 0xffff;

/** Reads the tree whose root lies at `at`. */
export function readContext(units: Uint16Array, at: number): ContextNode {
  return byCodePoint(new UnitReader(units).node(at));
}

interface UnitNode {
  value: number | undefined;
  readonly next: Map<number, UnitNode>;
}

class UnitReader {
  constructor(private readonly units: Uint16Array) {}

  node(at: number): UnitNode {
    const lead = this.units[at]!;
    if (lead >= MIN_VALUE) {
      if ((lead & FINAL) !== 0) return leaf(this.value(at + 1, lead & 0x7fff).value);
      const { value, end } = this.nodeValue(at + 1, lead);
      const inner = this.inner(lead & 0x3f, end);
      inner.value = value;
      return inner;
    }
    return this.inner(lead, at + 1);
  }

  private inner(lead: number, at: number): UnitNode {
    const node: UnitNode = { value: undefined, next: new Map() };
    if (lead >= MIN_LINEAR) {
      const last = lead - MIN_LINEAR;
      let current = node;
      for (let index = 0; index < last; index++) {
        const further: UnitNode = { value: undefined, next: new Map() };
        current.next.set(this.units[at + index]!, further);
        current = further;
      }
      current.next.set(this.units[at + last]!, this.node(at + last + 1));
    } else if (lead === 0) this.branch(this.units[at]! + 1, at + 1, node);
    else this.branch(lead + 1, at, node);
    return node;
  }

  private branch(count: number, start: number, node: UnitNode): void {
    let length = count;
    let at = start;
    while (length > MAX_BRANCH_LIST) {
      const { jump, end } = this.delta(at + 1);
      this.branch(length >> 1, end + jump, node);
      length -= length >> 1;
      at = end;
    }
    for (; length > 1; length--) {
      const unit = this.units[at]!;
      const lead = this.units[at + 1]!;
      const { value, end } = this.value(at + 2, lead & 0x7fff);
      node.next.set(unit, (lead & FINAL) !== 0 ? leaf(value) : this.node(end + value));
      at = end;
    }
    node.next.set(this.units[at]!, this.node(at + 1));
  }

  private value(at: number, lead: number): { value: number; end: number } {
    if (lead < TWO_UNITS) return { value: lead, end: at };
    if (lead < THREE_UNITS)
      return { value: (((lead - TWO_UNITS) << 16) | this.units[at]!) >>> 0, end: at + 1 };
    return { value: this.wide(at), end: at + 2 };
  }

  private nodeValue(at: number, lead: number): { value: number; end: number } {
    if (lead < TWO_UNIT_NODE) return { value: (lead >> 6) - 1, end: at };
    if (lead < THREE_UNIT_NODE) {
      return {
        value: ((((lead & 0x7fc0) - TWO_UNIT_NODE) << 10) | this.units[at]!) >>> 0,
        end: at + 1,
      };
    }
    return { value: this.wide(at), end: at + 2 };
  }

  private delta(at: number): { jump: number; end: number } {
    const lead = this.units[at]!;
    if (lead < TWO_UNIT_DELTA) return { jump: lead, end: at + 1 };
    if (lead === THREE_UNIT_DELTA) return { jump: this.wide(at + 1), end: at + 3 };
    return { jump: ((lead - TWO_UNIT_DELTA) << 16) | this.units[at + 1]!, end: at + 2 };
  }

  private wide(at: number): number {
    return ((this.units[at]! << 16) | this.units[at + 1]!) >>> 0;
  }
}

function leaf(value: number): UnitNode {
  return { value, next: new Map() };
}

function byCodePoint(node: UnitNode): ContextNode {
  const next = new Map<number, ContextNode>();
  for (const [unit, child] of node.next) {
    if (unit < 0xd800 || unit > 0xdbff) next.set(unit, byCodePoint(child));
    else {
      for (const [trail, end] of child.next) {
        next.set(0x10000 + ((unit - 0xd800) << 10) + (trail - 0xdc00), byCodePoint(end));
      }
    }
  }
  return { value: node.value, next };
}
