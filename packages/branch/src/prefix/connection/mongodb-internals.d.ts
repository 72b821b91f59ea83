declare module 'mongodb/lib/cmap/connection.js' {
  const module: { readonly Connection: unknown };
  export default module;
}

declare module 'mongodb/lib/cmap/wire_protocol/responses.js' {
  const module: { readonly MongoDBResponse: unknown };
  export default module;
}
