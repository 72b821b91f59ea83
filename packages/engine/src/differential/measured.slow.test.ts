import { mongodOrSkip } from '@argon/tools-mongod';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Wire } from '../match/testing/wire';
import { ACCUMULATOR_PROBES, WINDOW_PROBES } from './testing/probes/accumulators';
import { EXPRESSION_PROBES } from './testing/probes/expressions';
import { measured, measuredCommands, namesOf, type BothSides, type Measured } from './testing/probes/measure';
import { QUERY_PROBES, UPDATE_PROBES } from './testing/probes/operators';
import { OPTION_PROBES } from './testing/probes/options';
import { STAGE_PROBES } from './testing/probes/stages';
import { argonSide, mongodSide } from './testing/sides';

const SECTIONS = {
  stages: STAGE_PROBES,
  expressions: EXPRESSION_PROBES,
  accumulators: ACCUMULATOR_PROBES,
  windows: WINDOW_PROBES,
  queries: QUERY_PROBES,
  updates: UPDATE_PROBES,
  options: OPTION_PROBES,
};

/** `ARGON_UPDATE_MEASURED=1 npx vitest run …` writes it anew; docs/compatibility.md is made of it. */
const FILE = new URL('measured.json', import.meta.url);
const isUpdate = process.env['ARGON_UPDATE_MEASURED'] === '1';

const mongod = await mongodOrSkip();

describe.skipIf(!mongod)('what there is of mongod, by asking both', () => {
  const database = `measured_${process.pid}`;
  const record = (isUpdate ? {} : JSON.parse(readFileSync(FILE, 'utf8'))) as Record<
    string,
    Record<string, Measured>
  >;
  let wire: Wire;
  const open = async (): Promise<BothSides> => ({
    mongod: await mongodSide(wire, database),
    argon: await argonSide(database),
  });

  beforeAll(async () => {
    wire = await Wire.connect(mongod!.uri);
  });

  afterAll(() => {
    wire.close();
    if (isUpdate) writeFileSync(FILE, `${JSON.stringify(record, undefined, 2)}\n`);
  });

  const check = (section: string, found: Record<string, Measured>): void => {
    if (isUpdate) record[section] = found;
    expect(found).toEqual(record[section]);
  };

  it('commands', async () => {
    const sides = await open();
    check('commands', await measuredCommands(sides));
    await Promise.all([sides.mongod.close(), sides.argon.close()]);
  });

  it.each(Object.entries(SECTIONS))('%s', async (section, given) => {
    check(section, await measured(section, given, open));
  });

  it('everything that mongod counts the uses of is probed', async () => {
    const sides = await open();
    const names = await namesOf(sides.mongod);
    await Promise.all([sides.mongod.close(), sides.argon.close()]);
    for (const [section, all] of Object.entries(names)) {
      const probed = new Set(SECTIONS[section as keyof typeof SECTIONS].map(({ name }) => name));
      expect(
        all.filter((name) => !probed.has(name)),
        section,
      ).toEqual([]);
    }
  });
});
