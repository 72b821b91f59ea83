import { coloursFor, type Colours } from '../render/colours';
import { duration } from '../render/numbers';
import { renderTable } from '../render/table';

/** What the demo did and how long it took. */
interface Measured {
  readonly what: string;
  readonly milliseconds: number;
}

/** Tells the demo's story on standard output, and keeps the times. */
export class Stage {
  readonly colours: Colours = coloursFor(process.stdout, process.env);
  readonly #measured: Measured[] = [];
  #chapter = 0;

  title(text: string): void {
    console.log(this.colours.bold(text));
  }

  /** A new part of the story. */
  chapter(text: string): void {
    console.log(`\n${this.colours.bold(this.colours.cyan(`${++this.#chapter}. ${text}`))}`);
  }

  /** Code or a command, as one would write it. */
  code(text: string): void {
    for (const line of text.split('\n')) console.log(this.colours.dim(`   ${line}`));
  }

  say(text: string): void {
    console.log(`   ${text}`);
  }

  /** Does something, keeps how long it took under this name, and says it. */
  async time<T>(what: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    this.result(what, performance.now() - started);
    return result;
  }

  /** A time that was measured otherwise. */
  result(what: string, milliseconds: number): void {
    this.#measured.push({ what, milliseconds });
    console.log(`   ${this.colours.green('✔')} ${what}: ${this.colours.bold(duration(milliseconds))}`);
  }

  /** All times in a table. */
  times(): void {
    const rows = this.#measured.map(({ what, milliseconds }) => [what, duration(milliseconds)]);
    const table = renderTable([{ title: 'What' }, { title: 'Took', align: 'right' }], rows, this.colours);
    console.log(table.replaceAll(/^/gm, '   '));
  }
}
