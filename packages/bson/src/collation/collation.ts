import { ElementReader } from './elements/elements';
import { normalForm } from './elements/normal-form';
import { findLocale } from './locale';
import { settingsOf, type CollationSettings } from './settings';
import type { Bytes } from './sort-key/bytes';
import { writeCodePoints } from './sort-key/code-points';
import { writeSortKey, type KeyRules } from './sort-key/sort-key';
import { archive } from './tables/archive';
import { Weights, type TableSettings } from './tables/weights';

/** Texts whose keys are kept, per collation: those that are compared again and again, as operands of a filter are. */
const KEPT_KEYS = 1024;
const LONGEST_KEPT = 64;

/**
 * An order of texts other than by their bytes: that of a language. It is ICU 57.1's, the one of mongod 6.0, whatever ICU
 * the running Node.js has: keys that are stored stay right.
 */
export class Collation {
  private readonly reader: ElementReader;
  private readonly rules: KeyRules;
  private keys = new Map<string, string>();

  private constructor(
    /** As MongoDB names it: `de`, `zh@collation=stroke`. */
    readonly locale: string,
    readonly settings: CollationSettings,
    tables: Tables,
  ) {
    this.reader = new ElementReader(tables.weights, settings.numericOrdering);
    this.rules = {
      strength: Math.min(settings.strength, 4),
      caseLevel: settings.caseLevel,
      caseFirst: settings.caseFirst,
      backwards: settings.backwards,
      isShifted: settings.alternate === 'shifted',
      variableTop: tables.weights.lastPrimary(settings.maxVariable === 'punct' ? 1 : 0),
      reordering: tables.settings.reordering,
      compressible: tables.weights.compressible,
    };
  }

  /**
   * The collation of a locale, with settings that differ from the locale's own. Equal ones are one object.
   *
   * @returns undefined if there is no such locale
   */
  static of(locale: string, changes: Partial<CollationSettings> = {}): Collation | undefined {
    const tables = tablesOf(locale);
    if (tables === undefined) return undefined;
    const settings = { ...settingsOf(tables.settings.options), ...changes };
    const name = JSON.stringify([locale, ...Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))]);
    let collation = collations.get(name);
    if (collation === undefined) {
      collation = new Collation(locale, settings, tables);
      if (collations.size >= MOST_COLLATIONS) collations.clear();
      collations.set(name, collation);
    }
    return collation;
  }

  /**
   * A collation as a catalogue records it, all its fields filled in.
   *
   * @returns undefined if the tables of this version do not have it: keys made by others cannot be told
   */
  static recorded(document: ReadonlyMap<string, unknown>): Collation | undefined {
    const version = document.get('version') ?? Collation.version;
    if (version !== Collation.version) return undefined;
    const { locale, version: _, ...settings } = Object.fromEntries(document);
    return Collation.of(String(locale), settings);
  }

  /** The version of the tables, as in the field `version` of a collation. */
  static get version(): string {
    return archive().directory.version;
  }

  /**
   * The text's sort key: of two texts, that with the lesser key (`<`) sorts first, and equal ones have equal keys. Code
   * units are bytes, 1…255, and are ICU's sort key without its final zero.
   */
  key(text: string): string {
    const known = this.keys.get(text);
    if (known !== undefined) return known;
    const key = this.bytes(text).toString();
    if (text.length <= LONGEST_KEPT) {
      if (this.keys.size >= KEPT_KEYS) this.keys = new Map();
      this.keys.set(text, key);
    }
    return key;
  }

  /** Negative, 0 or positive as `a` sorts before, with or after `b`. */
  compare(a: string, b: string): number {
    if (a === b) return 0;
    const x = this.key(a);
    const y = this.key(b);
    return x < y ? -1 : x === y ? 0 : 1;
  }

  private bytes(text: string): Bytes {
    this.reader.read(this.settings.normalization ? normalForm(text, rootTables!.weights) : text);
    const key = writeSortKey(this.reader, this.rules);
    if (this.settings.strength === 5) {
      key.push(1);
      writeCodePoints(normalForm(text, rootTables!.weights), key);
    }
    return key;
  }
}

const MOST_COLLATIONS = 256;
const collations = new Map<string, Collation>();

interface Tables {
  readonly weights: Weights;
  readonly settings: TableSettings;
}

let rootTables: Tables | undefined;
const localeTables = new Map<string, Tables>();

function tablesOf(name: string): Tables | undefined {
  const found = findLocale(name);
  if (found === undefined) return undefined;
  rootTables ??= Weights.read(archive().read(archive().directory.root));
  const place = archive().directory.locales[found.locale]!.types[found.type];
  if (place === undefined) return rootTables;
  const key = `${found.locale}@${found.type}`;
  let tables = localeTables.get(key);
  if (tables === undefined) {
    tables = Weights.read(archive().read(place), rootTables.weights);
    localeTables.set(key, tables);
  }
  return tables;
}
