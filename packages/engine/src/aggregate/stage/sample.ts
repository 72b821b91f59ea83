import { isNumber, makeDouble, toNumber, type Doc } from '@argon/bson';
import { CommandError } from '../../handler/errors';
import { addMetadata } from '../metadata';
import type { StageCompiler } from './stage';
import { inBatches } from './stream';

/** `$sample: {size}`: so many documents at random, none twice. */
export const SAMPLE: StageCompiler = (argument, _context, name) => {
  if (!(argument instanceof Map)) {
    throw new CommandError(28745, 'the $sample stage specification must be an object');
  }
  let size: number | undefined;
  for (const [option, value] of argument) {
    if (option !== 'size') throw new CommandError(28748, `unrecognized option to $sample: ${option}`);
    if (!isNumber(value)) throw new CommandError(28746, 'size argument to $sample must be a number');
    size = Math.trunc(toNumber(value));
    if (size < 0) throw new CommandError(28747, 'size argument to $sample must not be negative');
  }
  if (size === undefined) throw new CommandError(28749, '$sample stage must specify a size');
  const wanted = size;
  return {
    name,
    async *run(source) {
      const chosen: Doc[] = [];
      let seen = 0;
      for await (const batch of source) {
        for (const document of batch) keep(chosen, document, seen++, wanted);
      }
      for (const document of chosen) addMetadata(document, { randVal: makeDouble(Math.random()) });
      yield* inBatches(shuffle(chosen));
    },
  };
};

/** Reservoir sampling: each document is as likely as any other to be among the chosen ones. */
function keep(chosen: Doc[], document: Doc, seen: number, wanted: number): void {
  if (chosen.length < wanted) chosen.push(document);
  else {
    const place = Math.floor(Math.random() * (seen + 1));
    if (place < wanted) chosen[place] = document;
  }
}

function shuffle(documents: Doc[]): Doc[] {
  for (let index = documents.length - 1; index > 0; index--) {
    const other = Math.floor(Math.random() * (index + 1));
    [documents[index], documents[other]] = [documents[other] as Doc, documents[index] as Doc];
  }
  return documents;
}
