/**
 * Answers every question with a query that began after it was asked. Equal questions asked while a query for them is
 * under way share the next one, so however many ask, two are under way at most.
 */
export class FreshAnswers {
  readonly #running = new Map<string, { current: Promise<unknown>; next?: Promise<unknown> }>();

  ask<T>(question: string, query: () => Promise<T>): Promise<T> {
    const running = this.#running.get(question);
    if (running === undefined) return this.#start(question, query);
    running.next ??= running.current.then(
      () => this.#start(question, query),
      () => this.#start(question, query),
    );
    return running.next as Promise<T>;
  }

  #start<T>(question: string, query: () => Promise<T>): Promise<T> {
    const running: { current: Promise<unknown>; next?: Promise<unknown> } = { current: query() };
    this.#running.set(question, running);
    const end = () => {
      if (this.#running.get(question) === running && running.next === undefined)
        this.#running.delete(question);
    };
    running.current.then(end, end);
    return running.current as Promise<T>;
  }
}
