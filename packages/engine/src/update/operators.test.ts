import { describe, expect, it } from 'vitest';
import { modifies, updated } from './testing/shell';

const LONG_MAX = '{"$numberLong":"9223372036854775807"}';

describe('$set', () => {
  it('keeps the place of existing fields and appends new ones in the order of names, numbers in numeric order', () => {
    expect(updated('{"_id":1,"b":1}', '{"$set":{"z":1,"b":2,"10":1,"9":1}}')).toBe(
      '{"_id":1,"b":2,"9":1,"10":1,"z":1}',
    );
  });

  it('creates parents, as documents whatever the names', () => {
    expect(updated('{"_id":1}', '{"$set":{"a.0.b":1}}')).toBe('{"_id":1,"a":{"0":{"b":1}}}');
  });

  it('pads arrays with null', () => {
    expect(updated('{"a":[1]}', '{"$set":{"a.3":2}}')).toBe('{"a":[1,null,null,2]}');
    expect(updated('{"a":[]}', '{"$set":{"a.1500001":2}}')).toBe(
      "34: can't backfill more than 1500000 elements",
    );
  });

  it('cannot make fields in what is no document', () => {
    expect(updated('{"a":{"b":1.5}}', '{"$set":{"a.b.c":1}}')).toBe(
      "28: Cannot create field 'c' in element {b: 1.5}",
    );
    expect(updated('{"a":[1]}', '{"$set":{"a.b":1}}')).toBe(
      "28: Cannot create field 'b' in element {a: [ 1 ]}",
    );
  });

  it('is no modification only if type and value are the same', () => {
    expect(modifies('{"a":1}', '{"$set":{"a":1}}')).toBe(false);
    expect(modifies('{"a":1}', '{"$set":{"a":{"$numberDouble":"1.0"}}}')).toBe(true);
    expect(modifies('{"a":{"b":1,"c":2}}', '{"$set":{"a":{"c":2,"b":1}}}')).toBe(true);
    expect(modifies('{"a":1}', '{"$set":{}}')).toBe(false);
  });

  it('refuses empty names and values nested too deep', () => {
    expect(updated('{}', '{"$set":{"":1}}')).toBe('56: An empty update path is not valid.');
    expect(updated('{}', '{"$set":{"a..b":1}}')).toBe(
      "56: The update path 'a..b' contains an empty field name, which is not allowed.",
    );
    const deep = `${'{"x":'.repeat(180)}1${'}'.repeat(180)}`;
    expect(updated('{}', `{"$set":{"a":${deep}}}`)).toBe('15: Document exceeds maximum nesting depth of 180');
  });

  it('refuses names with $ in front, at the top level only', () => {
    expect(updated('{}', '{"$set":{"$a":1}}')).toMatch(
      /^52: The dollar \(\$\) prefixed field '\$a' in '\$a' /,
    );
    expect(updated('{}', '{"$set":{"a.$b":1}}')).toBe('{"a":{"$b":1}}');
  });
});

describe('$unset and $rename', () => {
  it('takes fields away, and leaves null in arrays', () => {
    expect(updated('{"a":[1,2],"b":{"c":1}}', '{"$unset":{"a.0":1,"b.c":1,"d.e":1}}')).toBe(
      '{"a":[null,2],"b":{}}',
    );
  });

  it('renames to the end, or in place of the field that was there', () => {
    expect(updated('{"a":1,"b":2,"c":3}', '{"$rename":{"a":"d"}}')).toBe('{"b":2,"c":3,"d":1}');
    expect(updated('{"a":1,"b":2,"c":3}', '{"$rename":{"a":"b"}}')).toBe('{"b":1,"c":3}');
    expect(updated('{"a":{"x":1},"b":2}', '{"$rename":{"a.x":"n.y","q":"b"}}')).toBe(
      '{"a":{},"b":2,"n":{"y":1}}',
    );
  });

  it('does not rename into or out of arrays', () => {
    expect(updated('{"_id":1,"a":[1]}', '{"$rename":{"a.0":"b"}}')).toBe(
      "2: The source field cannot be an array element, 'a.0' in doc with _id: 1 has an array field called 'a'",
    );
    expect(updated('{"_id":1,"a":[1],"b":1}', '{"$rename":{"b":"a.0"}}')).toBe(
      "2: The destination field cannot be an array element, 'a.0' in doc with _id: 1 has an array field called 'a'",
    );
  });
});

describe('$inc, $mul and $bit', () => {
  it('keep the widest type and widen int32 on overflow', () => {
    expect(updated('{"a":2147483647}', '{"$inc":{"a":1}}')).toBe('{"a":2147483648}');
    expect(modifies('{"a":1}', '{"$inc":{"a":{"$numberLong":"0"}}}')).toBe(true);
    expect(modifies('{"a":1}', '{"$inc":{"a":0}}')).toBe(false);
    expect(updated('{}', '{"$mul":{"a":{"$numberDecimal":"5.5"}}}')).toBe('{"a":{"$numberDecimal":"0.0"}}');
    expect(updated('{"a":5}', '{"$bit":{"a":{"xor":3,"or":8}}}')).toBe('{"a":14}');
  });

  it('refuse int64 overflow and other types', () => {
    expect(updated(`{"_id":1,"a":${LONG_MAX}}`, '{"$inc":{"a":1}}')).toBe(
      '2: Failed to apply $inc operations to current value ((NumberLong)9223372036854775807) for document {_id: 1}',
    );
    expect(updated('{"_id":1,"a":"x"}', '{"$inc":{"a":1}}')).toBe(
      "14: Cannot apply $inc to a value of non-numeric type. {_id: 1} has the field 'a' of non-numeric type string",
    );
    expect(updated('{}', '{"$mul":{"a":"x"}}')).toBe(
      '14: Cannot multiply with non-numeric argument: {a: "x"}',
    );
  });
});

describe('$min, $max, $currentDate', () => {
  it('compare across types in the order of BSON values', () => {
    expect(updated('{"a":1,"b":1}', '{"$min":{"a":"x","b":null},"$max":{"c":1}}')).toBe(
      '{"a":1,"b":null,"c":1}',
    );
    expect(modifies('{"a":1}', '{"$min":{"a":{"$numberDouble":"1.0"}}}')).toBe(false);
  });

  it('gives the time as a date, or as a timestamp of its own', () => {
    expect(updated('{}', '{"$currentDate":{"a":true}}', { now: new Date(5000) })).toBe(
      '{"a":{"$date":"1970-01-01T00:00:05Z"}}',
    );
    const timestamps = updated(
      '{}',
      '{"$currentDate":{"a":{"$type":"timestamp"},"b":{"$type":"timestamp"}}}',
    );
    const [a, b] = [...timestamps.matchAll(/"i":(\d+)/g)].map((match) => Number(match[1]));
    expect(b).toBe(a! + 1);
  });
});

describe('conflicts', () => {
  it('are refused before any document is looked at', () => {
    expect(updated('{}', '{"$set":{"a.b":1},"$inc":{"a":1}}')).toBe(
      "40: Updating the path 'a' would create a conflict at 'a'",
    );
    expect(updated('{}', '{"$rename":{"a":"b"},"$set":{"a":1}}')).toBe(
      "40: Updating the path 'a' would create a conflict at 'a'",
    );
  });

  it('tell unknown operators', () => {
    expect(updated('{}', '{"$foo":{"a":1}}')).toBe(
      '9: Unknown modifier: $foo. Expected a valid update modifier or pipeline-style update specified as an array',
    );
    expect(updated('{}', '{"$set":{"a":1},"b":1}')).toMatch(/^9: Unknown modifier: b\./);
    expect(updated('{}', '{"$set":5}')).toBe(
      '9: Modifiers operate on fields but we found type int instead. For example: {$mod: {<field>: ...}} not {$set: 5}',
    );
  });
});

describe('_id', () => {
  it('never changes', () => {
    expect(updated('{"_id":1}', '{"$set":{"_id":1}}')).toBe('{"_id":1}');
    expect(updated('{"_id":1}', '{"$set":{"_id":2}}')).toBe(
      "66: Performing an update on the path '_id' would modify the immutable field '_id'",
    );
    expect(updated('{"_id":{"a":1}}', '{"$set":{"_id.b":1}}')).toBe(
      "66: Updating the path '_id' to _id: { a: 1, b: 1 } would modify the immutable field '_id'",
    );
    expect(updated('{"_id":1}', '{"$rename":{"_id":"a"}}')).toMatch(/^66: /);
  });
});
