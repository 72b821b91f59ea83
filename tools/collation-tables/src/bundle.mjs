/** Reads ICU's resource bundles (.res): as much of their format as collations need. */

const STRING = 0;
const BINARY = 1;
const TABLE = 2;
const ALIAS = 3;
const TABLE16 = 5;
const STRING_V2 = 6;

/**
 * A bundle as nested Maps; strings are strings, binaries are Buffers, aliases are `{ alias }`, what else there is is left out.
 *
 * @param {Buffer} file
 */
export function readBundle(file) {
  const bundle = file.subarray(file.readUInt16LE(0));
  const root = bundle.readUInt32LE(0);
  const units = bundle.readUInt32LE(8) * 4;

  const key = (at) => bundle.toString('latin1', at, bundle.indexOf(0, at));
  const counted = (at) => bundle.toString('utf16le', at + 4, at + 4 + bundle.readInt32LE(at) * 2);

  function shortString(offset) {
    let at = units + offset * 2;
    const first = bundle.readUInt16LE(at);
    let length = 0;
    if (first >= 0xdc00 && first < 0xe000) {
      if (first >= 0xdfef) return undefined; // long ones are rules, which nobody reads here
      length = first & 0x3ff;
      at += 2;
    } else while (bundle.readUInt16LE(at + length * 2) !== 0) length += 1;
    return bundle.toString('utf16le', at, at + length * 2);
  }

  function read(resource) {
    const type = resource >>> 28;
    const offset = resource & 0x0fff_ffff;
    switch (type) {
      case STRING:
        return offset === 0 ? '' : counted(offset * 4);
      case STRING_V2:
        return shortString(offset);
      case ALIAS:
        return { alias: counted(offset * 4) };
      case BINARY:
        return bundle.subarray(offset * 4 + 4, offset * 4 + 4 + bundle.readInt32LE(offset * 4));
      case TABLE: {
        const table = new Map();
        if (offset === 0) return table;
        const at = offset * 4;
        const count = bundle.readUInt16LE(at);
        const items = at + Math.ceil((count + 1) / 2) * 4;
        for (let index = 0; index < count; index++) {
          table.set(
            key(bundle.readUInt16LE(at + 2 + index * 2)),
            read(bundle.readUInt32LE(items + index * 4)),
          );
        }
        return table;
      }
      case TABLE16: {
        const table = new Map();
        const at = units + offset * 2;
        const count = bundle.readUInt16LE(at);
        for (let index = 0; index < count; index++) {
          const value = shortString(bundle.readUInt16LE(at + 2 + (count + index) * 2));
          table.set(key(bundle.readUInt16LE(at + 2 + index * 2)), value);
        }
        return table;
      }
      default:
        return undefined;
    }
  }

  return read(root);
}
