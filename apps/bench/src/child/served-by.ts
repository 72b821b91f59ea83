/** The word that makes the program a server. */
export const SERVE = '--serve';

export interface ServeRequest {
  readonly address: string;
}

/** Where the server is: told once it can be reached. */
export interface WhereAnswer {
  readonly uri: string;
}

/** What the server's process holds after a collection: by V8's count (heap and buffers), and all that is resident, bytes. */
export interface MemoryAnswer {
  readonly heapBytes: number;
  readonly residentBytes: number;
}
