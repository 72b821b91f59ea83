// A module hook: whoever imports `mongodb` gets the version that ARGON_MONGODB_ALIAS names (`mongodb-7.0`).
const alias = process.env.ARGON_MONGODB_ALIAS;

export function resolve(specifier, context, next) {
  if (alias && (specifier === 'mongodb' || specifier.startsWith('mongodb/'))) {
    return next(specifier.replace('mongodb', alias), context);
  }
  return next(specifier, context);
}
