/** One way of compressing messages. Small inputs are done at once, large ones elsewhere. */
export interface Compressor {
  /** As clients and mongod name it in `hello`. */
  readonly name: string;
  /** As it is written in an OP_COMPRESSED. */
  readonly id: number;
  compress(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /**
   * @param size bytes that it must give; more is never made of it
   * @throws for bytes that are not what `compress` makes, or of another size
   */
  decompress(bytes: Uint8Array, size: number): Uint8Array | Promise<Uint8Array>;
}
