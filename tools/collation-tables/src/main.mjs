/**
 * Makes `packages/bson/data/collations.bin` of ICU's data package:
 *
 *     npm pack icu4c-data@0.57.2 && tar xzf icu4c-data-0.57.2.tgz
 *     node tools/collation-tables/src/main.mjs package/icudt57l.dat
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { collationFile, packageFiles } from './tables.mjs';

const [, , data] = process.argv;
if (data === undefined) throw new Error('which icudt57l.dat?');
const target = new URL('../../../packages/bson/data/collations.bin', import.meta.url);
writeFileSync(target, collationFile(packageFiles(readFileSync(data), 'coll'), '57.1'));
