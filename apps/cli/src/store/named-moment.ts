import { TagNotFoundError } from '@argon/branch';
import { namedPin, retentionOf, type BranchRecord, type Pin } from '@argon/wal';
import { didYouMean, withHint } from '../errors/hints';
import type { Session } from './session';

/** In front of a name that could be read as something else: a tag may be called `30d`. */
const PREFIX = 'tag:';
/** As pins may be called: letters and digits of any script, `-` and `_`. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]*$/u;

/** The name of a tag or restore point that a text says is one: `tag:v1` → `v1`. */
export function saidToBeTag(text: string): string | undefined {
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined;
}

/** Whether a text that is nothing else can be the name of a tag or restore point. */
export function isTagLike(text: string): boolean {
  return NAME.test(text);
}

/**
 * What a tag or restore point stands for: a branch's own goes before another's.
 * @throws TagNotFoundError, with a hint
 */
export async function knownTag(
  session: Session,
  project: string,
  own: Pick<BranchRecord, 'retention'> | undefined,
  name: string,
): Promise<Pin> {
  const branches = await session.log.list(project);
  const pin = namedPin(name, own, branches);
  if (pin !== undefined) return pin;
  const names = branches.flatMap((branch) => retentionOf(branch).pins.map((each) => each.name));
  throw withHint(new TagNotFoundError(name, project), didYouMean(name, names));
}
