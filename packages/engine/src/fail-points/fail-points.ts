import { isNumber, toNumber, type Doc, type Value } from '@argon/bson';
import type { CommandContext, CommandDocument, Reply } from '../handler/contract';
import { CommandError } from '../handler/errors';
import { errorLabels } from '../handler/error-labels';
import { withWriteConcernError } from '../concern/write-concern';
import { codeNameOf } from './code-names';

/** `configureFailPoint`'s own commands are never failed, so that it can be turned off again. */
const EXEMPT = new Set(['configureFailPoint', 'hello', 'isMaster', 'ismaster']);

interface FailPoint {
  readonly name: string;
  readonly data: Doc;
  /** How many commands are still to be failed. */
  left: number;
  /** How many were. */
  count: number;
}

const AFTER_CHECKOUT = 'failGetMoreAfterCursorCheckout';
const NAMES = ['failCommand', AFTER_CHECKOUT] as const;

/** Commands that are to fail, for tests of clients, as mongod's `failCommand` has it. */
export class FailPoints {
  readonly #points = new Map<string, FailPoint>();

  /** @returns how many commands it had failed before @throws CommandError */
  configure(command: CommandDocument): number {
    const name = command.get(command.name);
    if (!NAMES.includes(name as never)) {
      throw new CommandError('CommandNotSupported', `Fail point '${String(name)}' is not supported`);
    }
    const before = this.#points.get(name as string)?.count ?? 0;
    const left = timesOf(command.get('mode'));
    const data = command.get('data');
    if (left === 0) this.#points.delete(name as string);
    else {
      const doc: Doc = data instanceof Map ? data : new Map();
      this.#points.set(name as string, { name: name as string, data: doc, left, count: 0 });
    }
    return before;
  }

  /**
   * Fails a command that one of them is about, before it is carried out.
   * @returns what its reply is to have besides @throws CommandError
   */
  async meet(command: CommandDocument, context: CommandContext): Promise<FailedReply | undefined> {
    const point = this.#take('failCommand', command, context);
    if (point === undefined) return undefined;
    const { data } = point;
    if (data.get('blockConnection') === true) {
      const pause = numberOf(data.get('blockTimeMS')) ?? 0;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    const given = data.get('errorLabels');
    const labels = Array.isArray(given) ? given.map(String) : undefined;
    if (data.get('closeConnection') === true) {
      context.hangUp?.();
      throw new CommandError('HostUnreachable', 'The fail point closes the connection');
    }
    const code = numberOf(data.get('errorCode'));
    if (code !== undefined) {
      throw new CommandError(code, `Failing command via '${point.name}' failpoint`, {
        codeName: codeNameOf(code),
        labels: labels ?? errorLabels(command, code),
        hasAllLabels: true,
      });
    }
    const concern = data.get('writeConcernError');
    if (!(concern instanceof Map)) return undefined;
    return { concern, labels: labels ?? errorLabels(command, undefined, numberOf(concern.get('code'))) };
  }

  /** Fails a getMore that has found its cursor. @throws CommandError */
  afterCheckout(command: CommandDocument, context: CommandContext): void {
    const point = this.#take(AFTER_CHECKOUT, command, context);
    if (point === undefined) return;
    const code = numberOf(point.data.get('errorCode')) ?? 1;
    const codeName = codeNameOf(code);
    throw new CommandError(code, `Hit the '${AFTER_CHECKOUT}' failpoint`, { codeName });
  }

  #take(name: string, command: CommandDocument, { actor }: CommandContext): FailPoint | undefined {
    const point = this.#points.get(name);
    if (point === undefined || EXEMPT.has(command.name)) return undefined;
    const app = point.data.get('appName');
    if ((app !== undefined && app !== actor.app) || !isAbout(point, command)) return undefined;
    point.count += 1;
    point.left -= 1;
    if (point.left <= 0) this.#points.delete(name);
    return point;
  }
}

/** What a fail point adds to the reply of a command that was carried out. */
export interface FailedReply {
  readonly concern: Doc;
  readonly labels: readonly string[];
}

export function withFailure(reply: Reply, { concern, labels }: FailedReply): Reply {
  const fields = new Map(withWriteConcernError(reply, concern));
  if (labels.length > 0) fields.set('errorLabels', [...labels]);
  return fields;
}

function isAbout({ name, data }: FailPoint, command: CommandDocument): boolean {
  if (name === AFTER_CHECKOUT) {
    const of = data.get('namespace');
    return of === undefined || of === `${command.database}.${String(command.get('collection'))}`;
  }
  const commands = data.get('failCommands');
  if (!Array.isArray(commands) || !commands.includes(command.name)) return false;
  const namespace = data.get('namespace');
  return namespace === undefined || namespace === `${command.database}.${String(command.get(command.name))}`;
}

/** How often a mode lets a fail point act. @throws CommandError */
function timesOf(mode: Value | undefined): number {
  if (mode === 'off') return 0;
  if (mode === 'alwaysOn') return Infinity;
  const times = mode instanceof Map ? numberOf(mode.get('times')) : undefined;
  if (times !== undefined && times >= 0) return times;
  throw new CommandError('BadValue', "A fail point's mode is 'off', 'alwaysOn' or {times: n}");
}

function numberOf(value: Value | undefined): number | undefined {
  return value !== undefined && isNumber(value) ? toNumber(value) : undefined;
}
