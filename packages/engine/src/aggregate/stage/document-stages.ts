import type { StageCompiler } from './stage';
import { mapStage } from './stream';
import { compileAddFields } from '../projection/add-fields';
import { compileProjectStage } from '../projection/project-stage';
import { compileReplaceRoot } from '../projection/replace-root';
import { compileUnset } from '../projection/unset';

const addFields: StageCompiler = (argument, { scope }, name) =>
  mapStage(name, compileAddFields(argument, scope, name));
const replaceRoot: StageCompiler = (argument, { scope }, name) =>
  mapStage(name, compileReplaceRoot(argument, scope, name));

/** Stages that make one document of one; pipeline updates use them too. */
export const DOCUMENT_STAGES: Readonly<Record<string, StageCompiler>> = {
  $addFields: addFields,
  $set: addFields,
  $project: (argument, { scope }, name) => mapStage(name, compileProjectStage(argument, scope)),
  $unset: (argument, { scope }, name) => mapStage(name, compileUnset(argument, scope)),
  $replaceRoot: replaceRoot,
  $replaceWith: replaceRoot,
};
