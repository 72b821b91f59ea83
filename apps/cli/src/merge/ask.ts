import type { CatalogQuestion, Decider, DocumentQuestion, OwnDocument, Side } from '@argon/branch';
import { documentId, encodeDocument, EjsonSyntaxError, idKey, parseEjson } from '@argon/bson';
import type { CommandContext } from '../cli/context';
import { isAnswered, Prompt } from '../cli/prompt';
import { write } from '../cli/terminal';
import { CancelledError, TerminalNeededError } from '../errors/errors';
import { coloursFor, type Colours } from '../render/colours';
import { catalogConflictTexts, documentConflictTexts } from './conflict-texts';
import { edited, editorOf } from './editor';

type Choice = Side | OwnDocument | 'skip';

/**
 * Asks about each conflict that `other` does not decide. An answer may be for all that are left, too.
 * @throws TerminalNeededError when there is nobody to ask; when asked, CancelledError after Ctrl-C and `quit`
 */
export class Asker implements Decider {
  readonly #context: CommandContext;
  readonly #other: Decider;
  readonly #prompt: Prompt;
  readonly #colours: Colours;
  #asked = 0;
  /** What was said for all that are left. */
  #rest: Side | 'skip' | undefined;

  constructor(context: CommandContext, other: Decider) {
    if (!isAnswered(context)) {
      throw new TerminalNeededError(
        'about conflicts',
        'Decide them with --strategy, --collections and --document, or in a plan (--plan --out FILE).',
      );
    }
    this.#context = context;
    this.#other = other;
    this.#prompt = new Prompt(context.terminal);
    const { terminal, output } = context;
    this.#colours = coloursFor(terminal.stderr, terminal.env, output.wantsColour);
  }

  async document(question: DocumentQuestion): Promise<Side | OwnDocument | undefined> {
    const decided = (await this.#other.document(question)) ?? this.#rest;
    const choice = decided ?? (await this.#ask(documentConflictTexts(question, this.#colours), question));
    return choice === 'skip' ? undefined : choice;
  }

  async catalog(question: CatalogQuestion): Promise<Side | undefined> {
    const decided = (await this.#other.catalog(question)) ?? this.#rest;
    const choice = decided ?? (await this.#ask(catalogConflictTexts(question, this.#colours), undefined));
    return choice === 'ours' || choice === 'theirs' ? choice : undefined;
  }

  close(): void {
    this.#prompt.close();
  }

  /** @param question of a document, which may be written by hand */
  async #ask(texts: readonly string[], question: DocumentQuestion | undefined): Promise<Choice> {
    const { terminal } = this.#context;
    this.#asked += 1;
    await this.#tell([`${this.#colours.bold(`Conflict ${this.#asked}:`)} ${texts[0]}`, ...texts.slice(1)]);
    const editor = question === undefined ? undefined : editorOf(terminal.env);
    const ways = ['o = ours', 't = theirs', ...(editor === undefined ? [] : ['e = edit']), 's = skip'];
    const hand = question === undefined ? '' : ', {…} = this document';
    const text = `${ways.join(', ')}, O/T/S = that for all that are left, q = quit${hand}: `;
    for (;;) {
      const answer = (await this.#prompt.ask(text)) ?? 'quit';
      const side = sideOf(answer);
      if (side !== undefined) {
        if (/^[OTS]/.test(answer)) this.#rest = side;
        return side;
      }
      if (/^q(uit)?$/.test(answer)) throw new CancelledError('Nothing was changed.');
      let own: OwnDocument | string | undefined;
      if (question !== undefined && answer.startsWith('{')) own = readDocument(answer, question);
      else if (question !== undefined && editor !== undefined && /^e(dit)?$/.test(answer)) {
        const written = await edited(editor, question, terminal);
        own = typeof written === 'string' ? readDocument(written, question) : 'it was not saved';
      }
      if (typeof own === 'object') return own;
      if (own !== undefined) await this.#tell([this.#colours.red(`That cannot be taken: ${own}.`)]);
    }
  }

  async #tell(lines: readonly string[]): Promise<void> {
    await write(this.#context.terminal.stderr, `${lines.join('\n')}\n`);
  }
}

function sideOf(answer: string): Side | 'skip' | undefined {
  switch (answer) {
    case 'o':
    case 'ours':
    case 'O':
      return 'ours';
    case 't':
    case 'theirs':
    case 'T':
      return 'theirs';
    case 's':
    case 'skip':
    case 'S':
      return 'skip';
    default:
      return undefined;
  }
}

/** The document, or what is wrong with it. */
function readDocument(text: string, { id }: DocumentQuestion): OwnDocument | string {
  try {
    const value = parseEjson(text);
    if (!(value instanceof Map)) return 'it is not a document';
    const document = encodeDocument(value);
    const own = documentId(document);
    return own !== undefined && idKey(own) === idKey(id) ? { document } : 'its _id is another';
  } catch (error) {
    if (!(error instanceof EjsonSyntaxError)) throw error;
    return `it is not Extended JSON: ${error.message}`;
  }
}
