import type { Collation, Doc, Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { createScope } from './expression/compile';
import type { Variables } from './expression/expression';
import type { CompileScope } from './expression/scope';
import { compileAddFields } from './projection/add-fields';
import { compileProjectStage } from './projection/project-stage';
import { compileReplaceRoot } from './projection/replace-root';
import { compileUnset } from './projection/unset';

/** Makes a new document of one, as a pipeline update does; the input stays as it is. */
export type DocumentPipeline = (document: Doc, variables: Variables) => Doc;

type DocumentStageCompiler = (argument: Value, scope: CompileScope, name: string) => DocumentPipeline;

const STAGES: ReadonlyMap<string, DocumentStageCompiler> = new Map([
  ['$addFields', compileAddFields],
  ['$set', compileAddFields],
  ['$project', compileProjectStage],
  ['$unset', compileUnset],
  ['$replaceRoot', compileReplaceRoot],
  ['$replaceWith', compileReplaceRoot],
]);

export interface DocumentPipelineOptions {
  /** User variables (`let`, `$merge`'s `new`) that the stages may name. */
  readonly variables?: Iterable<string>;
  /** How strings compare; default: by their bytes. */
  readonly collation?: Collation | undefined;
  /** Tells a known stage that is not allowed here from an unknown one. */
  readonly isStage?: (name: string) => boolean;
}

/**
 * Compiles the pipeline of an update. Only stages that make one document of one are allowed; others are refused
 * with mongod's InvalidOptions, unknown ones with 40324.
 */
export function compileDocumentPipeline(
  stages: readonly Value[],
  options: DocumentPipelineOptions = {},
): DocumentPipeline {
  const scope = createScope(options.variables, options.collation);
  const steps = stages.map((stage) => compileStep(stage, scope, options));
  scope.throwDeferred('Failed to optimize pipeline');
  return (document, variables) => steps.reduce((current, step) => step(current, variables), document);
}

function compileStep(stage: Value, scope: CompileScope, options: DocumentPipelineOptions): DocumentPipeline {
  if (!(stage instanceof Map)) {
    throw new CommandError('TypeMismatch', "Each element of the 'pipeline' array must be an object");
  }
  const [field] = stage;
  if (field === undefined || stage.size !== 1) {
    throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.');
  }
  const compiler = STAGES.get(field[0]);
  if (compiler !== undefined) return compiler(field[1], scope, field[0]);
  if (options.isStage?.(field[0]) === true) {
    throw new CommandError('InvalidOptions', `${field[0]} is not allowed to be used within an update`);
  }
  throw new CommandError(40324, `Unrecognized pipeline stage name: '${field[0]}'`);
}
