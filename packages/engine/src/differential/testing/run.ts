import type { Doc, Value } from '@argon/bson';
import { Random } from '../../match/testing/random';
import { answerOf, describeAnswer, text, type Answer } from './answer';
import { firstDiffering, type Differing } from './compare';
import { explanationOf } from './explained';
import type { Block, Case, Kind } from './kind';
import { blockSeed, replayCommand, type Settings } from './settings';
import { shrink } from './shrink';
import type { Side } from './sides';

/** Opens both sides, without data. */
export type OpenSides = () => Promise<Sides>;

export interface Sides {
  readonly mongod: Side;
  readonly argon: Side;
}

/** What a run of one kind came to. */
export interface Report {
  readonly kind: string;
  cases: number;
  /** Cases that both sides refused alike. */
  refused: number;
  /** Differences on purpose, by their reason. */
  readonly explained: Map<string, number>;
  /** Each as a text for people. */
  readonly differences: string[];
}

/** After so many a kind is given up: most would be the same bug. */
const MOST_DIFFERENCES = Number(process.env['ARGON_DIFFERENTIAL_FAILURES'] ?? 3);

/** Runs the cases of one kind, block after block. */
export async function runKind(kind: Kind, cases: number, given: Settings, open: OpenSides): Promise<Report> {
  const report: Report = { kind: kind.name, cases: 0, refused: 0, explained: new Map(), differences: [] };
  const only = given.only;
  if (only !== undefined) {
    if (only.kind === kind.name)
      await runBlock({ kind, number: only.block, size: kind.blockSize }, given, open, report);
    return report;
  }
  for (let number = 0; report.cases < cases && report.differences.length < MOST_DIFFERENCES; number++) {
    await runBlock({ kind, number, size: kind.blockSize }, given, open, report);
  }
  return report;
}

interface NumberedBlock {
  readonly kind: Kind;
  readonly number: number;
  readonly size: number;
}

async function runBlock(
  { kind, number, size }: NumberedBlock,
  given: Settings,
  open: OpenSides,
  report: Report,
): Promise<void> {
  const block = kind.block(new Random(blockSeed(given.seed, kind.name, number)), size);
  const failed: [index: number, differing: Differing][] = [];
  const sides = await open();
  try {
    const commands = [...block.setup, ...block.cases.flatMap((each) => each.commands)];
    const [theirs, ours] = await answers(sides, kind, commands);
    const atSetup = firstDiffering({ commands: block.setup }, theirs, ours);
    if (atSetup !== undefined) failed.push([-1, atSetup]);
    let at = block.setup.length;
    for (const [index, each] of block.cases.entries()) {
      const end = at + each.commands.length;
      const differing = firstDiffering(each, theirs.slice(at, end), ours.slice(at, end));
      report.cases++;
      if (theirs[at]!.kind === 'error') report.refused++;
      at = end;
      if (differing === undefined || (given.only && given.only.index !== index)) continue;
      const explanation = await explanationOf(differing, block, (command) => askMongod(sides, kind, command));
      if (explanation === undefined) failed.push([index, differing]);
      else report.explained.set(explanation, (report.explained.get(explanation) ?? 0) + 1);
    }
  } finally {
    await closeAll(sides);
  }
  for (const [index, differing] of failed.slice(0, MOST_DIFFERENCES)) {
    const place = { kind: kind.name, block: number, index };
    const smallest =
      index < 0 ? { differing, setup: [], note: '' } : await shrunk(block, differing, kind, open);
    report.differences.push(`${replayCommand(given.seed, place)}\n${describe(smallest)}`);
  }
}

async function answers(
  sides: Sides,
  kind: Kind,
  commands: readonly Doc[],
): Promise<[mongod: Answer[], argon: Answer[]]> {
  const forMongod = commands.map((command) => kind.forMongod?.(command) ?? command);
  const [theirs, ours] = await Promise.all([sides.mongod.ask(forMongod), sides.argon.ask(commands)]);
  return [theirs.map(answerOf), ours.map(answerOf)];
}

async function askMongod(sides: Sides, kind: Kind, command: Doc): Promise<Answer> {
  const [reply] = await sides.mongod.ask([kind.forMongod?.(command) ?? command]);
  return answerOf(reply!);
}

/** A difference made small. */
interface Shrunk {
  readonly differing: Differing;
  readonly setup: readonly Doc[];
  readonly note: string;
}

/** The differing case with as little as it takes: fewer documents, a smaller command. */
async function shrunk(block: Block, differing: Differing, kind: Kind, open: OpenSides): Promise<Shrunk> {
  let { setup } = block;
  let last = differing;
  const stillFails = async (fewer: readonly Doc[], commands: readonly Doc[]): Promise<boolean> => {
    if (commands.length === 0) return false;
    const smaller: Case = { ...differing.given, commands };
    const sides = await open();
    try {
      const [theirs, ours] = await answers(sides, kind, [...fewer, ...commands]);
      const found = firstDiffering(smaller, theirs.slice(fewer.length), ours.slice(fewer.length));
      // What fails alike: an error must not become another difference on the way.
      if (found === undefined || !isAlike(found, differing)) return false;
      const whole = { setup: fewer, cases: [smaller] };
      const reason = await explanationOf(found, whole, (command) => askMongod(sides, kind, command));
      if (reason !== undefined) return false;
      [setup, last] = [fewer, found];
      return true;
    } finally {
      await closeAll(sides);
    }
  };
  if (!(await stillFails(setup, differing.given.commands))) {
    return { differing, setup, note: ' (only after the cases before it)' };
  }
  await shrink<Value>([...setup], (fewer) => stillFails(fewer as Doc[], last.given.commands));
  await shrink<Value>([...last.given.commands], (fewer) => stillFails(setup, fewer as Doc[]));
  await shrink<Value>([...setup], (fewer) => stillFails(fewer as Doc[], last.given.commands));
  return { differing: last, setup, note: '' };
}

function isAlike(one: Differing, other: Differing): boolean {
  const code = ({ mongod, argon }: Differing): unknown[] =>
    [mongod, argon].map((answer) => (answer.kind === 'error' ? answer.code : answer.kind));
  return code(one).join() === code(other).join();
}

function describe({ differing, setup, note }: Shrunk): string {
  const shown = text([...setup]);
  return [
    `  documents ${shown.length > 4000 ? `${shown.slice(0, 4000)}…` : shown}${note}`,
    `  commands  ${differing.given.commands.map(text).join('\n            ')}`,
    `  mongod    ${describeAnswer(differing.mongod)}`,
    `  argon     ${describeAnswer(differing.argon)}`,
  ].join('\n');
}

async function closeAll(sides: Sides): Promise<void> {
  await Promise.all([sides.mongod.close(), sides.argon.close()]);
}
