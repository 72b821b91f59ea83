import { constants, brotliCompressSync } from 'node:zlib';
import { readBundle } from './bundle.mjs';

/** Offsets in the indexes of a collation's data (UCol 5) of the parts that no sort key needs. */
const UNUSED_PARTS = [
  12, // root elements: for building tailorings
  14, // characters that are unsafe to begin at: for comparing from the middle
  15, // fast Latin: another form of what the trie holds
];

/** The files of an ICU data package (`icudt57l.dat`) whose names end with the given path. */
export function packageFiles(data, folder) {
  const start = data.readUInt16LE(0);
  const count = data.readUInt32LE(start);
  const entries = [];
  for (let index = 0; index < count; index++) {
    const name = start + data.readUInt32LE(start + 4 + index * 8);
    const at = start + data.readUInt32LE(start + 8 + index * 8);
    entries.push({ name: data.toString('latin1', name, data.indexOf(0, name)), at });
  }
  const files = new Map();
  for (const [index, { name, at }] of entries.entries()) {
    const short = name.slice(name.lastIndexOf('/') + 1);
    if (name.includes(`/${folder}/`))
      files.set(short, data.subarray(at, entries[index + 1]?.at ?? data.length));
  }
  return files;
}

/**
 * One file of all collations: a JSON directory (its length before it, 4 bytes), then each collation's data, compressed.
 *
 * @param {Map<string, Buffer>} files the folder `coll` of ICU's data
 */
export function collationFile(files, version) {
  const blobs = [];
  const known = new Map();
  let end = 0;
  const place = (data) => {
    const key = data.toString('latin1');
    if (!known.has(key)) {
      const packed = brotliCompressSync(data, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length },
      });
      blobs.push(packed);
      known.set(key, [end, packed.length]);
      end += packed.length;
    }
    return known.get(key);
  };

  const directory = {
    version,
    root: place(withoutUnused(files.get('ucadata.icu'))),
    marks: combiningMarks(),
    locales: {},
    aliases: {},
  };
  const installed = readBundle(files.get('res_index.res')).get('InstalledLocales');
  for (const [name, file] of files) {
    if (!name.endsWith('.res') || name === 'res_index.res') continue;
    const locale = name.slice(0, -'.res'.length);
    const bundle = readBundle(file);
    if (bundle.has('%%ALIAS')) directory.aliases[locale] = bundle.get('%%ALIAS');
    if (!installed.has(locale) && locale !== 'root') continue;
    const collations = bundle.get('collations') ?? new Map();
    const types = {};
    for (const [type, collation] of collations) {
      const data = type === 'default' ? undefined : collation.get('%%CollationBin');
      if (data !== undefined && !(locale === 'root' && type === 'standard'))
        types[type] = place(withoutUnused(data));
    }
    directory.locales[locale] = {
      ...(collations.has('default') ? { default: collations.get('default') } : {}),
      types,
    };
  }
  const head = Buffer.from(JSON.stringify(directory));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...blobs]);
}

/** The data after its file header, with zeros where nobody looks. */
function withoutUnused(file) {
  const data = Buffer.from(file.subarray(file.readUInt16LE(0)));
  const count = data.readInt32LE(0);
  for (const part of UNUSED_PARTS) {
    if (part + 1 < count) data.fill(0, data.readInt32LE(part * 4), data.readInt32LE(part * 4 + 4));
  }
  return data;
}

/** A mark of each canonical combining class, in the order of the classes. */
const CLASSES = [
  [1, 0x334],
  [7, 0x93c],
  [8, 0x3099],
  [9, 0x94d],
  [10, 0x5b0],
  [11, 0x5b1],
  [12, 0x5b2],
  [13, 0x5b3],
  [14, 0x5b4],
  [15, 0x5b5],
  [16, 0x5b6],
  [17, 0x5b7],
  [18, 0x5b8],
  [19, 0x5b9],
  [20, 0x5bb],
  [21, 0x5bc],
  [22, 0x5bd],
  [23, 0x5bf],
  [24, 0x5c1],
  [25, 0x5c2],
  [26, 0xfb1e],
  [27, 0x64b],
  [28, 0x64c],
  [29, 0x64d],
  [30, 0x64e],
  [31, 0x64f],
  [32, 0x650],
  [33, 0x651],
  [34, 0x652],
  [35, 0x670],
  [36, 0x711],
  [84, 0xc55],
  [91, 0xc56],
  [103, 0xe38],
  [107, 0xe48],
  [118, 0xeb8],
  [122, 0xec8],
  [129, 0xf71],
  [130, 0xf72],
  [132, 0xf74],
  [202, 0x321],
  [214, 0x1dce],
  [216, 0x31b],
  [218, 0x302a],
  [220, 0x323],
  [222, 0x59a],
  [224, 0x302e],
  [226, 0x1d16d],
  [228, 0x5ae],
  [230, 0x301],
  [232, 0x315],
  [233, 0x35c],
  [234, 0x35d],
  [240, 0x345],
].map(([combiningClass, mark]) => ({ combiningClass, mark: String.fromCodePoint(mark) }));

/**
 * Characters whose decomposition begins with a combining mark: [first, last, class of the first mark, class of the last
 * mark], found out by how text with them is put into normal form.
 */
function combiningMarks() {
  const ranges = [];
  for (let point = 0x300; point < 0x20000; point++) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const form = [...String.fromCodePoint(point).normalize('NFD')];
    const first = combiningClassOf(form[0]);
    if (first === 0) continue;
    const last = combiningClassOf(form.at(-1));
    const range = ranges.at(-1);
    if (range !== undefined && range[1] === point - 1 && range[2] === first && range[3] === last)
      range[1] = point;
    else ranges.push([point, point, first, last]);
  }
  return ranges;
}

function combiningClassOf(character) {
  const isStill = (text) => text.normalize('NFD') === text;
  if (!/\p{M}/u.test(character)) return 0;
  if (CLASSES.every(({ mark }) => isStill(character + mark) && isStill(mark + character))) return 0;
  const same = CLASSES.find(({ mark }) => isStill(character + mark) && isStill(mark + character));
  // Class 6 came after these tables.
  return same?.combiningClass ?? 0;
}
