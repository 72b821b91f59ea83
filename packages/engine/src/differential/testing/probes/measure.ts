import { decodeDocument, toDoc, type Doc } from '@argon/bson';
import { answerOf, type Answer } from '../answer';
import { firstDiffering } from '../compare';
import { inClassicEngine } from '../commands';
import { explanationOf } from '../explained';
import type { Side } from '../sides';
import { DIFFERENT, SERVED } from './reasons';
import { SETUP } from './documents';
import { EXPRESSION_SETUP } from './expressions';
import type { Probe } from './probe';

/** What was found of one thing that mongod has. */
export interface Measured {
  readonly verdict: 'yes' | 'differs' | 'no';
  /** The error's code, where Argon has it not. */
  readonly code?: number;
  readonly why?: string;
}

export interface BothSides {
  readonly mongod: Side;
  readonly argon: Side;
}

/** What only reads can share its documents with others. */
const READS = /^(?:accumulators|windows|queries|expressions) |^options (?:find|count|distinct)\./;

/** Runs probes one after the other, each on the same documents. */
export async function measured(
  section: string,
  given: readonly Probe[],
  open: () => Promise<BothSides>,
): Promise<Record<string, Measured>> {
  const found: Record<string, Measured> = {};
  const setup = section === 'expressions' ? [...EXPRESSION_SETUP, ...SETUP] : SETUP;
  const fresh = async (): Promise<BothSides> => {
    const sides = await open();
    await Promise.all([sides.mongod.ask(setup), sides.argon.ask(setup)]);
    return sides;
  };
  const close = ({ mongod, argon }: BothSides): Promise<unknown> =>
    Promise.all([mongod.close(), argon.close()]);
  const onlyReads = ({ name }: Probe): boolean => READS.test(`${section} ${name}`);
  // Opening empties the database, so those that share one go first.
  const shared = await fresh();
  for (const probe of [...given.filter(onlyReads), ...given.filter((each) => !onlyReads(each))]) {
    const isShared = onlyReads(probe);
    const sides = isShared ? shared : await fresh();
    const commands = probe.commands.map((command) => toDoc(command));
    const [theirs, ours] = await Promise.all([
      sides.mongod.ask(commands.map(inClassicEngineUnlessFirst)),
      sides.argon.ask(commands),
    ]);
    const answers = [theirs, ours].map((replies) => replies.map(answerOf)) as [Answer[], Answer[]];
    found[probe.name] = await verdict(`${section} ${probe.name}`, probe, commands, answers);
    if (!isShared) await close(sides);
  }
  await close(shared);
  return inOrder(found);
}

function inOrder(found: Readonly<Record<string, Measured>>): Record<string, Measured> {
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A stage before others keeps mongod's newer engine out; some want to be the first. */
function inClassicEngineUnlessFirst(command: Doc): Doc {
  const [first] = (command.get('pipeline') ?? []) as Doc[];
  return first?.has('$sort') === true || first?.has('$match') === true ? inClassicEngine(command) : command;
}

async function verdict(
  name: string,
  probe: Probe,
  commands: readonly Doc[],
  [theirs, ours]: readonly [Answer[], Answer[]],
): Promise<Measured> {
  for (const [at, answer] of ours.entries()) {
    if (answer.kind === 'error' && theirs[at]!.kind !== 'error') {
      return { verdict: 'no', code: answer.code, why: withoutDatabase(answer.message) };
    }
  }
  const isRefused = ours.some(
    (answer) => answer.kind === 'error' && [115, 59, 168, 40324].includes(answer.code),
  );
  const refusal = ours.find((answer) => answer.kind === 'error');
  if (isRefused && refusal?.kind === 'error') {
    return { verdict: 'no', code: refusal.code, why: withoutDatabase(refusal.message) };
  }
  if (probe.isOwn === true) {
    return theirs.every((answer, at) => answer.kind === ours[at]!.kind) ? yes(name) : unexplained(name);
  }
  const differing = firstDiffering({ commands }, theirs, ours);
  if (differing === undefined) return yes(name);
  const block = { setup: [], cases: [] };
  const reason = await explanationOf(differing, block, () => Promise.resolve(differing.argon));
  return reason === undefined ? unexplained(name) : yes(name);
}

/** It works, if not always as mongod's: then it is written down. */
function yes(name: string): Measured {
  const why = DIFFERENT[name];
  return why === undefined ? { verdict: 'yes' } : { verdict: 'differs', why };
}

function unexplained(name: string): Measured {
  return { verdict: 'differs', why: DIFFERENT[name] ?? 'for no reason that is written down: a bug' };
}

/** Which of mongod's commands there are. Those with an underscore are its servers' talk among themselves. */
export async function measuredCommands({ mongod, argon }: BothSides): Promise<Record<string, Measured>> {
  const [reply] = await mongod.ask([toDoc({ listCommands: 1 })]);
  const names = [...(decodeDocument(reply!).get('commands') as Doc).keys()];
  const found: Record<string, Measured> = {};
  for (const name of names.filter((each) => !each.startsWith('_')).sort()) {
    const answer = answerOf((await argon.ask([new Map([[name, 1]])]))[0]!);
    if (answer.kind !== 'error' || ![59, 115].includes(answer.code)) found[name] = yes(`commands ${name}`);
    else if (SERVED.includes(name)) found[name] = { verdict: 'yes', why: 'of `argon serve`' };
    else found[name] = { verdict: 'no', code: answer.code, why: withoutDatabase(answer.message) };
  }
  return found;
}

/** What mongod says that it has: the counters of its operators and stages. */
export async function namesOf(mongod: Side): Promise<Record<string, string[]>> {
  const [reply] = await mongod.ask([toDoc({ serverStatus: 1 })]);
  const metrics = decodeDocument(reply!).get('metrics') as Doc;
  const counters = metrics.get('operatorCounters') as Doc;
  const names = (counted: Doc): string[] => [...counted.keys()].filter((name) => !/^\$_/.test(name));
  return {
    stages: names(metrics.get('aggStageCounters') as Doc).filter((name) => !INTERNAL_STAGES.has(name)),
    expressions: names(counters.get('expressions') as Doc),
    accumulators: names(counters.get('groupAccumulators') as Doc),
    windows: names(counters.get('windowAccumulators') as Doc),
    queries: names(counters.get('match') as Doc),
  };
}

/** Stages that mongod puts into pipelines itself. */
const INTERNAL_STAGES = new Set(['$mergeCursors', '$queue', '$setVariableFromSubPipeline']);

function withoutDatabase(message: string): string {
  return message.replaceAll(/measured_\d+/g, 'db').split('\n', 1)[0]!;
}
