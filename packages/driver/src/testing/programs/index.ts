import { aggregationPrograms } from './aggregation';
import { bulkWritePrograms } from './bulk-write';
import { cappedPrograms } from './capped';
import { cataloguePrograms } from './catalogue';
import { changeStreamPrograms } from './change-streams/index';
import { crudPrograms } from './crud';
import { cursorPrograms } from './cursors';
import { findAndModifyPrograms } from './find-and-modify';
import { idPrograms } from './ids';
import { indexPrograms } from './indexes';
import type { Program } from './program';
import { viewPrograms } from './views';
import { transactionPrograms } from './transactions';

/** Programs as users write them, by what they are about. */
export const PROGRAMS: Readonly<Record<string, readonly Program[]>> = {
  crud: crudPrograms,
  ids: idPrograms,
  bulkWrite: bulkWritePrograms,
  cursors: cursorPrograms,
  findAndModify: findAndModifyPrograms,
  aggregation: aggregationPrograms,
  catalogue: cataloguePrograms,
  indexes: indexPrograms,
  changeStreams: changeStreamPrograms,
  views: viewPrograms,
  capped: cappedPrograms,
  transactions: transactionPrograms,
};
