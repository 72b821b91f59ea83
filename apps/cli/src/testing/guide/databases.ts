import { inspect } from 'node:util';
import { runInThisContext } from 'node:vm';
import { sharedMongod, startMongod, type MongodServer } from '@argon/tools-mongod';
import { MongoClient } from 'mongodb';

/** The addresses that guides name: a replica set, and a server that stands alone. Nothing is asked of what may listen there. */
const NAMED = /mongodb:\/\/localhost:(27017|27018)\/(\w+)/g;

let stories = 0;

/** The databases that a guide names, each a database of the test's own on a server for tests. */
export class GuideDatabases {
  readonly #story = `guide_${process.pid}_${++stories}`;
  readonly #servers = new Map<string, Promise<MongoClient>>();
  readonly #uris = new Map<string, string>();
  #standalone: MongodServer | undefined;

  /** A text with the addresses that are really meant. */
  async real(text: string): Promise<string> {
    for (const [, port] of text.matchAll(NAMED)) await this.#server(port!);
    return text.replaceAll(NAMED, (_, port: string, name: string) => this.#address(port, name));
  }

  /** What was printed, with the addresses and names that the guide has. */
  shown(text: string): string {
    let shown = text;
    for (const [port, uri] of this.#uris) {
      const { host, search } = new URL(uri);
      shown = shown.replaceAll(`mongodb://${host}/`, `mongodb://localhost:${port}/`).replaceAll(search, '');
    }
    return shown.replaceAll(`_${this.#story}`, '');
  }

  /** Runs what the Mongo shell would, statement by statement. @returns what the last one gave, as the shell would show it */
  async script(address: string, code: string): Promise<string> {
    const [, port, name] = /:(\d+)\/(\w+)$/.exec(address)!;
    const db = (await this.#server(port!)).db(`${name}_${this.#story}`);
    let last: Promise<unknown> = Promise.resolve();
    const call =
      (collection: string, method: string) =>
      (...args: unknown[]) =>
        (last = last.then(() => {
          const target = db.collection(collection) as unknown as Record<
            string,
            (...args: unknown[]) => unknown
          >;
          return target[method]!(...args);
        }));
    const collection = (of: string) => new Proxy({}, { get: (_, method) => call(of, String(method)) });
    const own: Readonly<Record<string, unknown>> = { getCollection: collection };
    const shell = new Proxy(own, { get: (_, key) => own[String(key)] ?? collection(String(key)) });
    (runInThisContext(`(db) => {${code}}`) as (db: unknown) => void)(shell);
    const value = await last;
    return value === null || typeof value !== 'object' ? String(value) : inspect(value);
  }

  async remove(): Promise<void> {
    for (const client of this.#servers.values()) {
      const { databases } = await (await client).db('admin').admin().listDatabases({ nameOnly: true });
      for (const { name } of databases) {
        if (name.endsWith(`_${this.#story}`)) await (await client).db(name).dropDatabase();
      }
      await (await client).close();
    }
    await this.#standalone?.stop();
  }

  #address(port: string, name: string): string {
    const url = new URL(this.#uris.get(port)!);
    url.pathname = `/${name}_${this.#story}`;
    return url.toString();
  }

  #server(port: string): Promise<MongoClient> {
    let client = this.#servers.get(port);
    if (client === undefined) {
      client = this.#open(port);
      this.#servers.set(port, client);
    }
    return client;
  }

  async #open(port: string): Promise<MongoClient> {
    if (port === '27018') this.#standalone = await startMongod({ standalone: true });
    const { uri } =
      this.#standalone !== undefined && port === '27018' ? this.#standalone : await sharedMongod();
    this.#uris.set(port, uri);
    return new MongoClient(uri).connect();
  }
}
