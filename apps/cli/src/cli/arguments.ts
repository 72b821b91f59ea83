import { UsageError } from '../errors/errors';

/** What the user typed after a command's name: positional arguments and options, read with the type they should have. */
export class Arguments {
  constructor(
    private readonly positional: readonly (string | undefined)[],
    private readonly options: Readonly<Record<string, unknown>>,
  ) {}

  /** The n-th positional argument; '' cannot be told from one left out. */
  at(index: number): string | undefined {
    return this.positional[index];
  }

  /** The n-th positional argument, which commander has checked to be there. */
  required(index: number): string {
    return this.positional[index] ?? '';
  }

  /** All positional arguments from the n-th on. */
  rest(index: number): readonly string[] {
    return this.positional.slice(index).filter((argument) => argument !== undefined);
  }

  /** An option's text, by its name in camel case. */
  text(name: string): string | undefined {
    const value = this.options[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** What an option was given that may be given several times; undefined if it was not. */
  list(name: string): readonly string[] | undefined {
    const values = this.options[name];
    return Array.isArray(values) ? values.map(String) : undefined;
  }

  flag(name: string): boolean {
    return this.options[name] === true;
  }

  /** An option that is a whole number. @throws UsageError for anything else, or less than `least` */
  integer(name: string, least = 0): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new UsageError(
        `--${kebab(name)} takes a whole number from ${least} up, and was given '${text}'.`,
      );
    }
    return value;
  }
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
