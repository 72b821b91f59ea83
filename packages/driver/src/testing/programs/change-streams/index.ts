import type { Program } from '../program';
import { cataloguePrograms } from './catalogue';
import { documentPrograms } from './documents';
import { resumePrograms } from './resuming';

export const changeStreamPrograms: readonly Program[] = [
  ...documentPrograms,
  ...cataloguePrograms,
  ...resumePrograms,
];
