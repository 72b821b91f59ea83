/** Whether what is to be imported is a MongoDB database. Apart from the rest, which needs the driver. */
export function isMongoAddress(source: string): boolean {
  return /^mongodb(\+srv)?:\/\//i.test(source);
}
