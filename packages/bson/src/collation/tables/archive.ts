import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/** Where in the archive a collation's data lies: offset, bytes. */
type Place = readonly [number, number];

interface Directory {
  /** ICU's version, as mongod 6.0 names it in collations. */
  readonly version: string;
  readonly root: Place;
  /** Ranges of characters that begin with a combining mark: first, last, class of their first mark, of their last. */
  readonly marks: readonly (readonly [number, number, number, number])[];
  readonly locales: Readonly<Record<string, LocaleEntry>>;
  readonly aliases: Readonly<Record<string, string>>;
}

interface LocaleEntry {
  /** The type that is meant if none is named; default: that of the locale's parent. */
  readonly default?: string;
  readonly types: Readonly<Record<string, Place>>;
}

/** ICU 57.1's collations, the ones of mongod 6.0: `tools/collation-tables` makes the file. */
class Archive {
  readonly directory: Directory;
  private readonly bytes: Buffer;

  constructor() {
    // From sources and from what is built of them it lies at another distance; from the package's root, it does not.
    const home = dirname(createRequire(import.meta.url).resolve('@argon/bson/package.json'));
    const file = readFileSync(join(home, 'data', 'collations.bin'));
    const head = 4 + file.readUInt32LE(0);
    this.directory = JSON.parse(file.toString('utf8', 4, head)) as Directory;
    this.bytes = file.subarray(head);
  }

  read([at, length]: Place): Buffer {
    return brotliDecompressSync(this.bytes.subarray(at, at + length));
  }
}

let opened: Archive | undefined;

/** Read when it is first needed: most programs never do. */
export function archive(): Archive {
  opened ??= new Archive();
  return opened;
}
