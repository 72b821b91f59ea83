import { Command, Option } from 'commander';
import type { StoreKind } from '../figures/figure';
import { parsePattern, parseSizes, parseStores, parseTolerance } from './options';

/** What a person typed. */
export interface BenchOptions {
  readonly size?: readonly number[];
  readonly only?: string;
  readonly stores?: readonly StoreKind[];
  readonly quick?: boolean;
  readonly list?: boolean;
  readonly compare?: string;
  readonly tolerance: number;
  readonly json?: string;
  readonly html?: string;
  readonly mongodb?: string;
  readonly folder?: string;
}

export interface Actions {
  list(options: BenchOptions): void;
  run(options: BenchOptions): Promise<void>;
  compare(before: string, after: string, options: BenchOptions): Promise<void>;
}

/** Percent. */
const TOLERANCE = '15';

const EXAMPLES = `
Examples:
  npm run bench                                          # every figure at every size: takes long
  npm run bench -- --quick                               # does everything work?
  npm run bench -- --only 'create|reset' --size 1e4      # some of them, at another size
  npm run bench -- --stores mongodb --only crud          # on the MongoDB store
  npm run bench -- --json new.json --html report.html    # keep what was found
  npm run bench -- --compare old.json new.json           # has anything become slower? then it ends with 1

It ends with 0 if everything could be measured and every target was met, else with 1. With --quick targets are
shown, and only what could not be measured makes it end with 1. With --compare it ends with 1 if anything is worse or
lost; what the newer report leaves out is told. What cannot be done, as with a file that is no report, ends with 2.`;

/** The command line. With --compare, reports are read and nothing is measured. */
export function buildProgram(actions: Actions): Command {
  const program = new Command('bench');
  return program
    .description('Measures every figure that Argon claims, beside its peers, and says which targets are met.')
    .argument('[report]', 'with --compare: the newer report')
    .option('--size <sizes>', 'numbers of documents instead of each figure’s own, as in 1e3,1e5', parseSizes)
    .option('--only <pattern>', 'scenarios whose name matches (a regular expression)', parsePattern)
    .option('--stores <stores>', 'lmdb, mongodb or both', parseStores)
    .option('--quick', 'small sizes and few samples')
    .option('--list', 'say which scenarios there are, and measure nothing')
    .option('--json <file>', 'write the report, for --compare and for programs')
    .option('--html <file>', 'write the report as a page with plots')
    .option('--compare <report>', 'compare this older report with the one named after it')
    .addOption(
      new Option('--tolerance <percent>', 'with --compare: smaller changes than this mean nothing')
        .argParser(parseTolerance)
        .default(parseTolerance(TOLERANCE), TOLERANCE),
    )
    .option('--mongodb <uri>', 'a replica set to use instead of starting a mongod')
    .option('--folder <path>', 'where to make stores (default: the folder for temporary files)')
    .addHelpText('after', EXAMPLES)
    .action(async (newer: string | undefined, options: BenchOptions) => {
      if (options.compare !== undefined) {
        if (newer === undefined)
          return program.error('--compare needs two reports: --compare old.json new.json');
        return actions.compare(options.compare, newer, options);
      }
      if (newer !== undefined) program.error(`'${newer}' is no option; see bench --help.`);
      if (options.list === true) return actions.list(options);
      await actions.run(options);
    });
}
