import type { Doc, Value } from '@argon/bson';
import { Pacer } from '@argon/wal';
import { CommandError } from '../../handler/errors';
import type { Expression, Variables } from '../expression/expression';
import type { CompileScope } from '../expression/scope';
import { validateVariableName } from '../expression/variable';
import { withMetadataOf } from '../metadata';
import { setPath } from '../projection/set-path';
import { ForeignCollection, ForeignIndex, joinValues } from './lookup/foreign';
import { parseLookup, type LookupSpecification } from './lookup/specification';
import { searchNotFirst } from './placement';
import type { Batches, Stage, StageCompiler, StageContext, SubPipeline } from './stage';
import { batchesOf, collect } from './stream';

/** `$lookup`: by equal fields, by a pipeline, or both. */
export const LOOKUP: StageCompiler = (argument, context, name) => {
  const specification = parseLookup(argument, context.env.namespace.database);
  const { scope, env } = context;
  const bindings = compileLet(specification.let, scope);
  const inner = scope.define(bindings.map(([variable]) => variable));
  const pipeline =
    specification.pipeline === undefined
      ? undefined
      : context.compilePipeline(specification.pipeline, inner, 'lookup');
  if (specification.foreignField !== undefined && pipeline?.search !== undefined) throw searchNotFirst();
  if (specification.from === undefined && pipeline?.startsWithoutSource !== true) {
    throw new CommandError(
      'FailedToParse',
      '$lookup stage without explicit collection must have a pipeline with $documents as first stage',
    );
  }
  const stage: Stage = {
    name,
    async *run(source, variables) {
      const join = new Join(specification, pipeline, bindings, env, variables);
      const pacer = new Pacer();
      for await (const batch of source) {
        const joined: Doc[] = [];
        try {
          for (const document of batch) {
            env.check?.();
            // What is joined may lie in memory, so that nothing else lets others in.
            if (pacer.due) await pacer.giveWay();
            const made = setPath(document, specification.as, await join.matches(document));
            joined.push(withMetadataOf(document, made));
          }
        } catch (error) {
          // A later stage may have enough with those before the one at fault.
          if (joined.length > 0) yield joined;
          throw error;
        }
        yield joined;
      }
    },
  };
  return stage;
};

type Binding = readonly [name: string, expression: Expression];

function compileLet(variables: Doc | undefined, scope: CompileScope): Binding[] {
  return Array.from(variables ?? [], ([name, value]): Binding => {
    validateVariableName(name, 'definition');
    return [name, scope.compile(value)];
  });
}

/** The joins of one run: what is read of the other collection is read once. */
class Join {
  private readonly index: ForeignIndex | undefined;
  private readonly collection: ForeignCollection | undefined;
  /** The result of a pipeline that depends on nothing outside of it. */
  private constant: Doc[] | undefined;

  constructor(
    private readonly specification: LookupSpecification,
    private readonly pipeline: SubPipeline | undefined,
    private readonly bindings: readonly Binding[],
    env: StageContext['env'],
    private readonly variables: Variables,
  ) {
    const { from, foreignField } = specification;
    if (from === undefined) return;
    if (foreignField !== undefined) this.index = new ForeignIndex(from, foreignField, env);
    else this.collection = new ForeignCollection(from, env, pipeline?.search);
  }

  async matches(document: Doc): Promise<Value[]> {
    const { pipeline } = this;
    if (this.index !== undefined && pipeline?.startsWithoutSource !== true) {
      const values = joinValues(document, this.specification.localField as readonly string[]);
      const found = await this.index.find(values.length === 0 ? [null] : values);
      if (pipeline === undefined) return [...found];
      return collect(pipeline.run(batchesOf(found), this.bind(document)));
    }
    if (pipeline === undefined) return [];
    if (this.bindings.length > 0) return collect(pipeline.run(await this.source(), this.bind(document)));
    this.constant ??= await collect(pipeline.run(await this.source(), this.variables));
    return this.constant;
  }

  private async source(): Promise<Batches> {
    return this.collection === undefined ? batchesOf([]) : this.collection.scan();
  }

  private bind(document: Doc): Variables {
    if (this.bindings.length === 0) return this.variables;
    const bound = new Map(this.variables);
    for (const [name, expression] of this.bindings) {
      bound.set(name, expression.evaluate(document, this.variables));
    }
    return bound;
  }
}
