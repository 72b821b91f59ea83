import { write, type Terminal } from '../cli/terminal';
import { coloursFor, type Colours } from './colours';
import { renderTable, type Column } from './table';

/** How a command tells what it did: text for people, or one JSON document on one line for programs. */
export class Output {
  readonly colours: Colours;

  constructor(
    private readonly terminal: Terminal,
    readonly json: boolean,
    readonly wantsColour: boolean,
  ) {
    this.colours = coloursFor(terminal.stdout, terminal.env, wantsColour);
  }

  /** A command's result: `value` with `--json`, else the lines. Each command's shape of `value` is in the README. */
  async result(value: object, lines: () => readonly string[]): Promise<void> {
    const text = this.json ? JSON.stringify(value) : lines().join('\n');
    await write(this.terminal.stdout, `${text}\n`);
  }

  /** Something to know beside the result; never mixed into it. Silent with `--json`. */
  async note(text: string): Promise<void> {
    if (!this.json) await write(this.terminal.stderr, `${text}\n`);
  }

  table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
    return renderTable(columns, rows, this.colours);
  }
}
