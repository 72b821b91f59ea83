import type { ContextNode } from '../tables/contexts';
import type { Weights } from '../tables/weights';
import { markClasses } from './marks';
import { numberPrimaries } from './numbers';
import { nextPrimary, unassignedPrimary } from './primaries';

/** Lower half of an element with ordinary secondary and tertiary weights. */
const COMMON = 0x0500_0500;
/** A CE32 is special if its low byte is this or more; this value alone: see the base's. */
const SPECIAL = 0xc0;
const FALLBACK = 0xc0;

/** What a special CE32 is, in its low four bits. */
const LONG_PRIMARY = 1;
const LONG_SECONDARY = 2;
const LATIN_EXPANSION = 4;
const EXPANSION_32 = 5;
const EXPANSION = 6;
const PREFIX = 8;
const CONTRACTION = 9;
const DIGIT = 10;
const ZERO = 11;
const HANGUL = 12;
const OFFSET = 14;
const UNASSIGNED = 15;

/** Bits of a contraction: no suffix is no match; suffixes may end in combining marks. */
const NO_MATCH_ALONE = 0x100;
const TRAILING_MARKS = 0x400;

const HANGUL_BASE = 0xac00;
const JAMO_VOWELS = 21;
const JAMO_TAILS = 28;

/**
 * Turns text into collation elements (UCA's collation element array): each 64 bits, primary weight in `upper`,
 * secondary (16 bits), case (2), tertiary (14) in `lower`.
 */
export class ElementReader {
  readonly upper: number[] = [];
  readonly lower: number[] = [];
  private points: number[] = [];
  private at = 0;

  constructor(
    private readonly weights: Weights,
    private readonly isNumeric: boolean,
  ) {}

  /** Fills `upper` and `lower`, in which nothing is left of earlier texts. */
  read(text: string): void {
    const { points } = this;
    points.length = 0;
    this.upper.length = 0;
    this.lower.length = 0;
    for (let index = 0; index < text.length; index++) {
      const point = text.codePointAt(index)!;
      if (point > 0xffff) index += 1;
      // Half a pair is stored as this.
      points.push(point >= 0xd800 && point < 0xe000 ? 0xfffd : point);
    }
    for (this.at = 0; this.at < points.length;) {
      const point = points[this.at++]!;
      const own = this.weights.points.get(point);
      if (own === FALLBACK) this.append(this.weights.base!, point, this.weights.base!.points.get(point));
      else this.append(this.weights, point, own);
    }
  }

  private add(upper: number, lower: number): void {
    this.upper.push(upper >>> 0);
    this.lower.push(lower >>> 0);
  }

  private append(weights: Weights, point: number, first: number): void {
    let ce32 = first;
    while ((ce32 & 0xff) >= SPECIAL) {
      const index = ce32 >>> 13;
      switch (ce32 & 0xf) {
        case LONG_PRIMARY:
        case LONG_SECONDARY:
          return this.addShort(ce32);
        case LATIN_EXPANSION:
          this.add(ce32 & 0xff000000, 0x0500_0000 | ((ce32 & 0xff0000) >>> 8));
          return this.add(0, ((ce32 & 0xff00) << 16) | 0x0500);
        case EXPANSION_32:
          for (let step = 0; step < ((ce32 >>> 8) & 31); step++)
            this.addShort(weights.element32s[index + step]!);
          return;
        case EXPANSION:
          for (let step = index; step < index + ((ce32 >>> 8) & 31); step++) {
            this.add(weights.elements[step * 2 + 1]!, weights.elements[step * 2]!);
          }
          return;
        case PREFIX:
          ce32 = this.byPrefix(weights, index);
          break;
        case CONTRACTION:
          ce32 = this.byContraction(weights, ce32, index);
          break;
        case DIGIT:
          if (this.isNumeric) return this.addNumber((ce32 >>> 8) & 0xf);
          ce32 = weights.element32s[index]!;
          break;
        case ZERO:
          ce32 = weights.element32s[0]!;
          break;
        case HANGUL:
          return this.addHangul(weights, point);
        case OFFSET: {
          const base = weights.elements[index * 2 + 1]!;
          const data = weights.elements[index * 2]!;
          const steps = (point - (data >>> 8)) * (data & 0x7f);
          return this.add(nextPrimary(base, (data & 0x80) !== 0, steps), COMMON);
        }
        case UNASSIGNED:
          return this.add(unassignedPrimary(point), COMMON);
        default:
          throw new Error('The tables of collations are damaged');
      }
    }
    this.add(ce32 & 0xffff0000, ((ce32 & 0xff00) << 16) | ((ce32 & 0xff) << 8));
  }

  /** A CE32 that is an element in itself. */
  private addShort(ce32: number): void {
    const low = ce32 & 0xff;
    if (low < SPECIAL) this.add(ce32 & 0xffff0000, ((ce32 & 0xff00) << 16) | (low << 8));
    else if ((low & 0xf) === LONG_PRIMARY) this.add(ce32 & 0xffffff00, COMMON);
    else this.add(0, ce32 & 0xffffff00);
  }

  /** By what stands before the character, longest first. */
  private byPrefix(weights: Weights, index: number): number {
    let ce32 = weights.contextDefault(index);
    let node: ContextNode | undefined = weights.context(index);
    for (let before = this.at - 2; before >= 0; before--) {
      node = node.next.get(this.points[before]!);
      if (node === undefined) break;
      if (node.value !== undefined) ce32 = node.value;
    }
    return ce32;
  }

  /** By what follows the character: the longest match, and then marks that belong to it although others stand between. */
  private byContraction(weights: Weights, contraction: number, index: number): number {
    const { points } = this;
    let ce32 = weights.contextDefault(index);
    let end = this.at;
    let matched = weights.context(index);
    for (let node = matched.next.get(points[end]!), at = end; node !== undefined;) {
      at += 1;
      if (node.value !== undefined) {
        ce32 = node.value;
        matched = node;
        end = at;
      }
      node = node.next.get(points[at]!);
    }
    const hasMatch = end > this.at || (contraction & NO_MATCH_ALONE) === 0;
    this.at = end;
    if ((contraction & TRAILING_MARKS) === 0 || !hasMatch) return ce32;
    return this.withDistantMarks(matched, ce32);
  }

  /** Marks that continue the match and are not blocked by one of their own class are taken out of the text. */
  private withDistantMarks(match: ContextNode, found: number): number {
    const { points } = this;
    let node = match;
    let ce32 = found;
    let previous = 0;
    for (let at = this.at; at < points.length;) {
      const classes = markClasses(points[at]!);
      if (classes === 0) break;
      const next = previous < classes >> 8 && at > this.at ? node.next.get(points[at]!) : undefined;
      if (next?.value !== undefined) {
        ce32 = next.value;
        node = next;
        points.splice(at, 1);
      } else {
        previous = classes & 0xff;
        at += 1;
      }
    }
    return ce32;
  }

  private addNumber(first: number): void {
    const digits = [first];
    for (; this.at < this.points.length; this.at++) {
      const point = this.points[this.at]!;
      let ce32 = this.weights.points.get(point);
      if (ce32 === FALLBACK) ce32 = this.weights.base!.points.get(point);
      if ((ce32 & 0xff) < SPECIAL || (ce32 & 0xf) !== DIGIT) break;
      digits.push((ce32 >>> 8) & 0xf);
    }
    for (const primary of numberPrimaries(digits, this.weights.numericPrimary)) this.add(primary, COMMON);
  }

  private addHangul(weights: Weights, point: number): void {
    const tail = (point - HANGUL_BASE) % JAMO_TAILS;
    const rest = Math.floor((point - HANGUL_BASE) / JAMO_TAILS);
    this.append(weights, -1, weights.jamo[Math.floor(rest / JAMO_VOWELS)]!);
    this.append(weights, -1, weights.jamo[19 + (rest % JAMO_VOWELS)]!);
    if (tail !== 0) this.append(weights, -1, weights.jamo[39 + tail]!);
  }
}
