/** How a collation compares, as the fields of MongoDB's document `collation` name it. */
export interface CollationSettings {
  /** Levels compared: 1 base letters, 2 accents, 3 case and variants, 4 punctuation (if shifted), 5 code points. */
  readonly strength: 1 | 2 | 3 | 4 | 5;
  /** Compares case between accents and variants, whatever the strength. */
  readonly caseLevel: boolean;
  readonly caseFirst: 'upper' | 'lower' | 'off';
  /** Digits compare as numbers. */
  readonly numericOrdering: boolean;
  /** `shifted`: spaces (and punctuation, by `maxVariable`) count at level 4 only. */
  readonly alternate: 'non-ignorable' | 'shifted';
  readonly maxVariable: 'punct' | 'space';
  /** Texts that are not in normal form are put into it first. */
  readonly normalization: boolean;
  /** Accents compare from the end of the text. */
  readonly backwards: boolean;
}

/** Bits by which ICU's tables say how a locale compares. */
const CHECK_FORM = 1;
const NUMERIC = 2;
const ALTERNATE = 0xc;
const VARIABLE_SHIFT = 4;
const UPPER_FIRST = 0x100;
const CASE_FIRST = 0x200;
const CASE_LEVEL = 0x400;
const BACKWARDS = 0x800;
const STRENGTH_SHIFT = 12;
const IDENTICAL = 15;

export function settingsOf(options: number): CollationSettings {
  const strength = options >>> STRENGTH_SHIFT;
  return {
    strength: strength === IDENTICAL ? 5 : ((strength + 1) as 1 | 2 | 3 | 4),
    caseLevel: (options & CASE_LEVEL) !== 0,
    caseFirst: (options & CASE_FIRST) === 0 ? 'off' : (options & UPPER_FIRST) === 0 ? 'lower' : 'upper',
    numericOrdering: (options & NUMERIC) !== 0,
    alternate: (options & ALTERNATE) === 0 ? 'non-ignorable' : 'shifted',
    maxVariable: ((options >>> VARIABLE_SHIFT) & 7) === 0 ? 'space' : 'punct',
    normalization: (options & CHECK_FORM) !== 0,
    backwards: (options & BACKWARDS) !== 0,
  };
}
