import { compileAddToSet } from './add-to-set';
import { compileInc, compileMul } from './arithmetic';
import { compileBit } from './bit';
import { compileMax, compileMin } from './compare';
import { compileCurrentDate } from './current-date';
import type { OperatorCompiler } from './operator';
import { compilePop } from './pop';
import { compilePull } from './pull';
import { compilePullAll } from './pull-all';
import { compilePush } from './push';
import { compileSet } from './set';
import { compileSetOnInsert } from './set-on-insert';
import { compileUnset } from './unset';

/** The update operators that change the field they name. `$rename`, which changes two, stands apart. */
export const OPERATORS: ReadonlyMap<string, OperatorCompiler> = new Map<string, OperatorCompiler>([
  ['$addToSet', compileAddToSet],
  ['$bit', compileBit],
  ['$currentDate', compileCurrentDate],
  ['$inc', compileInc],
  ['$max', compileMax],
  ['$min', compileMin],
  ['$mul', compileMul],
  ['$pop', compilePop],
  ['$pull', compilePull],
  ['$pullAll', compilePullAll],
  ['$push', compilePush],
  ['$set', compileSet],
  ['$setOnInsert', compileSetOnInsert],
  ['$unset', compileUnset],
]);
