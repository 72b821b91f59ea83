export { BsonUndefined, DBPointer, RawDocument } from './value';
export type { Doc, DocumentLike, Value } from './value';
export {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson';

export { ArgonError, BsonDepthError, BsonFormatError, BsonValueError } from './errors';
export type { ErrorData } from './errors';

export { decodeDocument } from './document/decode';
export { encodeDocument } from './document/encode';
export { fromDoc, toDoc } from './document/convert';
export { validateDocument } from './document/validate';
export type { ValidationOptions } from './document/validate';
export { dateMilliseconds, FarDate } from './document/dates';

export { asBuffer } from './document/text';
export { documentAt, elements, elementValue, findElement } from './raw/elements';
export type { RawElement } from './raw/elements';
export { documentId, withIdFirst } from './raw/id';

export { bsonTypeName, bsonTypeNumber, canonicalType, isCollatable } from './order/types';
export { compareValues, valuesEqual } from './order/compare';
export { haveIdenticalFields, isIdentical } from './order/identical';
export { compareStrings } from './order/strings';

export { isInt32, isNumber, makeDouble, makeInt, makeLong, numericKind } from './numeric/kinds';
export type { NumberValue, NumericKind } from './numeric/kinds';
export {
  abs,
  add,
  divide,
  DivisionByZeroError,
  isZero,
  modulo,
  multiply,
  negate,
  NumericOverflowError,
  subtract,
  toBigInt,
  toNumber,
} from './numeric/arithmetic';
export type { NumberResult, Overflow } from './numeric/arithmetic';
export { Summation } from './numeric/summation';
export { Decimal, fromDecimal, toDecimal, toDecimal128 } from './numeric/decimal';

export { invertedKey } from './key/bytes';
export { encodeKey, idKey } from './key/encode-key';
export { keyForms, UNKNOWN_FORMS } from './key/key-forms';
export { keyValue } from './key/key-value';
export { splitKey } from './key/split-key';

export { distinctValuesAtPath, valuesAtPath } from './path/values-at-path';
export type { DocumentSource } from './path/values-at-path';
export {
  AmbiguousIndexFieldError,
  CannotIndexParallelArraysError,
  indexKeys,
  indexValues,
} from './path/index-keys';
export type { IndexKeyOptions, SeenInKeys } from './path/index-keys';

export { EjsonSyntaxError } from './ejson/error';
export { parseEjson } from './ejson/parse';
export { stringifyEjson } from './ejson/stringify';
export type { StringifyOptions } from './ejson/stringify';

export { Collation } from './collation/collation';
export { similarLocale } from './collation/locale';
export type { CollationSettings } from './collation/settings';
