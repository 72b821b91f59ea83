import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { makeWorkspace, type Workspace } from '../run';
import { GuideDatabases } from './databases';
import { Jobs } from './jobs';
import { expected, wordsOf, type Step } from './text';

/** While something runs beside it, a step is done again until it shows what it should, for so long (ms): a reader would wait. */
const PATIENCE = 30_000;

interface Told {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

const said = (stdout: string): Told => ({ stdout, stderr: '', code: 0 });

/**
 * What runs a guide's steps: `argon`, and of a shell and of MongoDB's what the guides use. Each `argon init` begins anew, in a
 * folder of its own; what does not begin with one goes on with what is there.
 */
export class GuideShell {
  readonly #databases = new GuideDatabases();
  #jobs = new Jobs();
  #space: Workspace | undefined;
  #lastCode = 0;

  /** @param files of the guide, which lie in the folder that its commands are typed in */
  constructor(private readonly files: readonly (readonly [name: string, content: string])[]) {}

  /** Types them in order; fails if something else is shown, or if something fails and the guide does not say so. */
  async type(steps: readonly Step[]): Promise<void> {
    for (const [index, { command, output }] of steps.entries()) {
      const { text, code } = await this.#patiently(command, expected(output));
      this.#lastCode = code;
      expect(text, command).toMatch(expected(output));
      const isTold = /^error: /m.test(output) || steps[index + 1]?.command === 'echo $?';
      if (code !== 0 && !isTold) expect.fail(`${command} → ${code}: ${text}`);
    }
  }

  async remove(): Promise<void> {
    await this.#jobs.remove();
    await this.#databases.remove();
    await this.#space?.remove();
  }

  async #begin(): Promise<void> {
    await this.#jobs.remove();
    this.#jobs = new Jobs();
    await this.#space?.remove();
    this.#space = await makeWorkspace();
    for (const [name, content] of this.files) await writeFile(this.#space.path(name), content);
  }

  async #patiently(command: string, wanted: RegExp): Promise<{ text: string; code: number }> {
    const started = performance.now();
    for (;;) {
      const { stdout, stderr, code } = await this.#run(command);
      // Which of the two comes first at a terminal is for each command to say.
      const readings = [stderr + stdout, stdout + stderr].map((text) => this.#databases.shown(text).trim());
      const text = readings.find((each) => wanted.test(each)) ?? readings[0]!;
      const isOver = !this.#jobs.isAnyRunning || performance.now() - started > PATIENCE;
      if (wanted.test(text) || isOver) return { text, code };
      await sleep(200);
    }
  }

  async #run(command: string): Promise<Told> {
    if (command === 'argon init' || this.#space === undefined) await this.#begin();
    const words = wordsOf(await this.#databases.real(command));
    const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
    const env = Object.fromEntries(words.slice(0, first).map((word) => word.split(/=(.*)/s, 2)));
    const [program, ...argv] = words.slice(first);
    switch (program) {
      case 'argon':
        return this.#argon(argv, env);
      case 'mongosh':
        return said(await this.#mongosh(wordsOf(command).slice(1)));
      case 'kill':
        await this.#jobs.kill(argv);
        return said('');
      case 'wait':
        return this.#jobs.wait(argv[0]!);
      case 'echo':
        expect(argv).toEqual(['$?']);
        return said(String(this.#lastCode));
      default:
        return expect.fail(`A guide has '${program}', which the test does not know.`);
    }
  }

  async #argon(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Told> {
    if (argv.at(-1) !== '&') return this.#space!.run(argv, { env });
    return said(this.#jobs.start(argv.slice(0, -1), { cwd: this.#space!.folder, env }));
  }

  /** `mongosh --quiet ADDRESS FILE`, which shows nothing, or `mongosh --quiet ADDRESS --eval CODE`. */
  async #mongosh([quiet, address, what, code]: readonly string[]): Promise<string> {
    expect(quiet).toBe('--quiet');
    if (what === '--eval') return this.#databases.script(address!, code!);
    await this.#databases.script(address!, await readFile(this.#space!.path(what!), 'utf8'));
    return '';
  }
}
