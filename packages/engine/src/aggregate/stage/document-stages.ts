import { isNumber, type Doc } from '@argon/bson';
import { isTrue } from '../expression/truth';
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
  $project: (argument, { scope }, name) => ({
    ...mapStage(name, compileProjectStage(argument, scope)),
    isInclusion: argument instanceof Map && isInclusion(argument),
  }),
  $unset: (argument, { scope }, name) => mapStage(name, compileUnset(argument, scope)),
  $replaceRoot: replaceRoot,
  $replaceWith: replaceRoot,
};

/** Whether a valid projection names what it keeps, rather than what it drops. */
function isInclusion(projection: Doc): boolean {
  return [...projection].every(([name, value]) => {
    if (value instanceof Map) return ![...value.keys()][0]?.startsWith('$') ? isInclusion(value) : true;
    return name === '_id' || !(isNumber(value) || typeof value === 'boolean') || isTrue(value);
  });
}
