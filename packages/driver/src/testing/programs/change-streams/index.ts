import type { Program } from '../program';
import { cataloguePrograms } from './catalogue';
import { commandPrograms } from './commands';
import { documentPrograms } from './documents';
import { resumePrograms } from './resuming';

export const changeStreamPrograms: readonly Program[] = [
  ...documentPrograms,
  ...cataloguePrograms,
  ...commandPrograms,
  ...resumePrograms,
];
