declare module 'crc-32/crc32c.js' {
  const module: { readonly buf: (bytes: Uint8Array, seed?: number) => number };
  export default module;
}
