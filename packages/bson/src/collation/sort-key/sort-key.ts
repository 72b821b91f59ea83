import type { ElementReader } from '../elements/elements';
import type { Reordering } from '../tables/weights';
import { Bytes } from './bytes';
import { writeRun, type RunBytes } from './common-runs';
import { reordered } from './reorder';

/** What of the elements counts, and how. */
export interface KeyRules {
  /** 1 to 4; level 5 is not made of elements. */
  readonly strength: number;
  readonly caseLevel: boolean;
  readonly caseFirst: 'upper' | 'lower' | 'off';
  readonly backwards: boolean;
  /** Primaries from 0x0200_0001 up to here are shifted to level 4; 0: none. */
  readonly variableTop: number;
  readonly isShifted: boolean;
  readonly reordering: Reordering | undefined;
  /** First bytes of primaries that need not be repeated: 1. */
  readonly compressible: Uint8Array;
}

const SEPARATOR = 1;
/** The primary and its byte that U+FFFE has, which separates merged texts. */
const MERGE_PRIMARY = 0x0200_0000;
const MERGE_BYTE = 2;
const COMPRESSION_LOW = 3;
const COMPRESSION_HIGH = 0xff;
const COMMON = 0x0500;
/** The element after the last one. */
const END_UPPER = 1;
const END_LOWER = 0x0100_0100;
const END_WEIGHT = 0x0100;

const SECONDARY_RUNS: RunBytes = { low: 0x05, middle: 0x25, high: 0x45, most: 0x21 };
const TERTIARY_RUNS: RunBytes = { low: 0x05, middle: 0x65, high: 0xc5, most: 0x61 };
const LOWER_FIRST_RUNS: RunBytes = { low: 0x05, middle: 0x25, high: 0x45, most: 0x21 };
const UPPER_FIRST_RUNS: RunBytes = { low: 0x85, middle: 0xa5, high: 0xc5, most: 0x21 };
const QUATERNARY_RUNS: RunBytes = { low: 0x1c, middle: 0x8c, high: 0xfc, most: 0x71 };
const SHIFTED_LIMIT = 0x1b;

const primaries = new Bytes();
const secondaries = new Bytes();
const cases = new Bytes();
const tertiaries = new Bytes();
const quaternaries = new Bytes();

/** The sort key of the elements up to level 4, byte for byte what ICU makes, without a terminator. */
export function writeSortKey(elements: ElementReader, rules: KeyRules): Bytes {
  const writer = new LevelWriter(rules);
  const { upper, lower } = elements;
  const count = upper.length;
  for (let index = 0; index <= count; index++) {
    let primary = index < count ? upper[index]! : END_UPPER;
    if (rules.isShifted && primary <= rules.variableTop && primary > MERGE_PRIMARY) {
      writer.endRunBeforeShifted();
      do {
        writer.shifted(primary);
        do {
          index += 1;
          primary = index < count ? upper[index]! : END_UPPER;
        } while (primary === 0);
      } while (primary <= rules.variableTop && primary > MERGE_PRIMARY);
    }
    writer.element(primary, index < count ? lower[index]! : END_LOWER);
  }
  return writer.finish();
}

class LevelWriter {
  private previous = 0;
  private commonSecondaries = 0;
  private previousSecondary = 0;
  private segmentStart = 0;
  private commonCases = 0;
  private commonTertiaries = 0;
  private commonQuaternaries = 0;

  constructor(private readonly rules: KeyRules) {
    for (const level of [primaries, secondaries, cases, tertiaries, quaternaries]) level.clear();
  }

  element(primary: number, lower: number): void {
    const { rules } = this;
    if (primary > END_UPPER) this.primary(primary);
    if (lower === 0) return;
    if (rules.strength >= 2) {
      if (rules.backwards) this.backwardSecondary(primary, lower >>> 16);
      else this.secondary(lower >>> 16);
    }
    if (rules.caseLevel && (rules.strength === 1 ? primary !== 0 : lower > 0xffff)) {
      this.case((lower >>> 8) & 0xff);
    }
    if (rules.strength >= 3) this.tertiary(lower);
    if (rules.strength >= 4) this.quaternary(lower & 0xffff);
  }

  endRunBeforeShifted(): void {
    if (this.commonQuaternaries === 0) return;
    writeRun(quaternaries, this.commonQuaternaries, QUATERNARY_RUNS, true);
    this.commonQuaternaries = 0;
  }

  shifted(primary: number): void {
    if (this.rules.strength < 4) return;
    const weight = reordered(primary, this.rules.reordering);
    if (weight >>> 24 >= SHIFTED_LIMIT) quaternaries.push(SHIFTED_LIMIT);
    quaternaries.pushWeight32(weight);
  }

  finish(): Bytes {
    const { strength, caseLevel } = this.rules;
    if (strength >= 2) this.level(secondaries);
    if (caseLevel) this.caseNibbles();
    if (strength >= 3) this.level(tertiaries);
    if (strength >= 4) this.level(quaternaries);
    return primaries;
  }

  /** Without the separator that ends it. */
  private level(level: Bytes): void {
    primaries.push(SEPARATOR);
    primaries.append(level, level.length - 1);
  }

  private primary(unordered: number): void {
    const isCompressible = this.rules.compressible[unordered >>> 24] !== 0;
    const primary = reordered(unordered, this.rules.reordering);
    const first = primary >>> 24;
    if (!isCompressible || first !== this.previous >>> 24) {
      if (this.previous !== 0) {
        if (primary >= this.previous) primaries.push(COMPRESSION_HIGH);
        else if (first > MERGE_BYTE) primaries.push(COMPRESSION_LOW);
      }
      primaries.push(first);
      this.previous = isCompressible ? primary : 0;
    }
    primaries.pushWeight32((primary << 8) >>> 0);
  }

  private secondary(weight: number): void {
    if (weight === 0) return;
    if (weight === COMMON) {
      this.commonSecondaries += 1;
      return;
    }
    if (this.commonSecondaries !== 0) {
      writeRun(secondaries, this.commonSecondaries, SECONDARY_RUNS, weight < COMMON);
      this.commonSecondaries = 0;
    }
    secondaries.pushWeight16(weight);
  }

  /** Backwards within what U+FFFE separates: written forwards, each weight's bytes reversed, then all of it reversed. */
  private backwardSecondary(primary: number, weight: number): void {
    if (weight === 0) return;
    if (weight === COMMON && primary !== MERGE_PRIMARY) {
      this.commonSecondaries += 1;
      return;
    }
    if (this.commonSecondaries !== 0) {
      const { low, high, middle, most } = SECONDARY_RUNS;
      let rest = this.commonSecondaries - 1;
      const remainder = rest % most;
      secondaries.push(this.previousSecondary < COMMON ? low + remainder : high - remainder);
      for (rest -= remainder; rest > 0; rest -= most) secondaries.push(middle);
      this.commonSecondaries = 0;
    }
    if (primary > 0 && primary <= MERGE_PRIMARY) {
      secondaries.reverse(this.segmentStart);
      secondaries.push(primary === END_UPPER ? SEPARATOR : MERGE_BYTE);
      this.previousSecondary = 0;
      this.segmentStart = secondaries.length;
    } else {
      secondaries.pushReversed16(weight);
      this.previousSecondary = weight;
    }
  }

  /** @param weight case bits and the tertiary's first byte; written as nibbles, in the upper half of a byte each */
  private case(weight: number): void {
    if ((weight & 0xc0) === 0 && weight > SEPARATOR) {
      this.commonCases += 1;
      return;
    }
    if (this.rules.caseFirst !== 'upper') {
      if (this.commonCases !== 0 && (weight > SEPARATOR || cases.length > 0)) {
        let rest = this.commonCases - 1;
        for (; rest >= 7; rest -= 7) cases.push(7 << 4);
        cases.push((weight <= SEPARATOR ? 1 + rest : 13 - rest) << 4);
        this.commonCases = 0;
      }
      cases.push(weight > SEPARATOR ? (13 + (weight >>> 6)) << 4 : weight);
      return;
    }
    if (this.commonCases !== 0) {
      let rest = this.commonCases - 1;
      for (; rest >= 13; rest -= 13) cases.push(3 << 4);
      cases.push((3 + rest) << 4);
      this.commonCases = 0;
    }
    cases.push(weight > SEPARATOR ? (3 - (weight >>> 6)) << 4 : weight);
  }

  private caseNibbles(): void {
    primaries.push(SEPARATOR);
    const length = cases.length - 1;
    for (let index = 0; index < length; index += 2) {
      primaries.push(cases.at(index) | (index + 1 < length ? cases.at(index + 1) >>> 4 : 0));
    }
  }

  private tertiary(lower: number): void {
    const { caseFirst, caseLevel } = this.rules;
    const withCase = caseFirst !== 'off' && !caseLevel;
    let weight = lower & (withCase ? 0xff3f : 0x3f3f);
    if (weight === COMMON) {
      this.commonTertiaries += 1;
      return;
    }
    let runs = TERTIARY_RUNS;
    let isLess = weight < COMMON;
    if (!withCase) {
      if (weight > COMMON) weight += 0xc000;
    } else if (caseFirst === 'lower') {
      runs = LOWER_FIRST_RUNS;
      if (weight > COMMON) weight += 0x4000;
    } else {
      runs = UPPER_FIRST_RUNS;
      if (weight > END_WEIGHT) {
        if (lower > 0xffff) {
          weight ^= 0xc000;
          if (weight < UPPER_FIRST_RUNS.high << 8) weight -= 0x4000;
        } else weight += 0x4000;
      }
      isLess = weight < UPPER_FIRST_RUNS.low << 8;
    }
    if (this.commonTertiaries !== 0) {
      writeRun(tertiaries, this.commonTertiaries, runs, isLess);
      this.commonTertiaries = 0;
    }
    tertiaries.pushWeight16(weight);
  }

  private quaternary(weight: number): void {
    if ((weight & 0xc0) === 0 && weight > END_WEIGHT) {
      this.commonQuaternaries += 1;
      return;
    }
    if (weight === END_WEIGHT && !this.rules.isShifted && quaternaries.length === 0) {
      quaternaries.push(SEPARATOR);
      return;
    }
    const byte = weight === END_WEIGHT ? SEPARATOR : 0xfc + ((weight >>> 6) & 3);
    if (this.commonQuaternaries !== 0) {
      writeRun(quaternaries, this.commonQuaternaries, QUATERNARY_RUNS, byte < QUATERNARY_RUNS.low);
      this.commonQuaternaries = 0;
    }
    quaternaries.push(byte);
  }
}
