import { describe, expect, it } from 'vitest';
import { modifies, updated } from './testing/shell';

describe('$push', () => {
  it('inserts, then sorts, then slices', () => {
    const update = '{"$push":{"a":{"$each":[3,1],"$position":1,"$sort":-1,"$slice":3}}}';
    expect(updated('{"a":[2,4]}', update)).toBe('{"a":[4,3,2]}');
  });

  it('counts negative positions and slices from the end', () => {
    expect(updated('{"a":[7,8]}', '{"$push":{"a":{"$each":[1,2],"$position":-1}}}')).toBe('{"a":[7,1,2,8]}');
    expect(updated('{"a":[7,8]}', '{"$push":{"a":{"$each":[9],"$slice":-2}}}')).toBe('{"a":[8,9]}');
    expect(updated('{}', '{"$push":{"a":{"$each":[9],"$slice":0}}}')).toBe('{"a":[]}');
  });

  it('sorts documents by fields, what is missing as null, keeping the order of equals', () => {
    const documents = '[{"x":2,"k":1},{"x":1},{"k":3},5,{"x":2,"k":2}]';
    expect(updated(`{"a":${documents}}`, '{"$push":{"a":{"$each":[],"$sort":{"x":1}}}}')).toBe(
      '{"a":[{"k":3},5,{"x":1},{"x":2,"k":1},{"x":2,"k":2}]}',
    );
  });

  it('makes the array, and refuses other types', () => {
    expect(updated('{}', '{"$push":{"a.b":1}}')).toBe('{"a":{"b":[1]}}');
    expect(updated('{"_id":1,"a":{"b":1}}', '{"$push":{"a.b":1}}')).toBe(
      "2: The field 'a.b' must be an array but is of type int in document {_id: 1}",
    );
  });
});

describe('$addToSet', () => {
  it('adds what no element equals, across numeric types', () => {
    const update = '{"$addToSet":{"a":{"$each":[{"$numberDouble":"1.0"},3,3,[1]]}}}';
    expect(updated('{"a":[1,2]}', update)).toBe('{"a":[1,2,3,[1]]}');
    expect(modifies('{"a":[1,1]}', '{"$addToSet":{"a":1}}')).toBe(false);
  });
});

describe('$pop, $pull, $pullAll', () => {
  it('take elements away', () => {
    expect(updated('{"a":[1,2,3],"b":[1,2,3]}', '{"$pop":{"a":1,"b":-1}}')).toBe('{"a":[1,2],"b":[2,3]}');
    expect(updated('{"a":[1,2,1]}', '{"$pullAll":{"a":[1,{"$numberDouble":"2.0"}]}}')).toBe('{"a":[]}');
    expect(updated('{"a":[1,[1],[1,2]]}', '{"$pull":{"a":[1]}}')).toBe('{"a":[1,[1,2]]}');
  });

  it('pulls by condition on values and by filter on documents', () => {
    expect(updated('{"a":[1,5,[7],"x"]}', '{"$pull":{"a":{"$gt":2}}}')).toBe('{"a":[1,"x"]}');
    const documents = '[{"x":1,"y":1},{"x":1},{"x":[1]},3]';
    expect(updated(`{"a":${documents}}`, '{"$pull":{"a":{"x":1,"y":{"$exists":false}}}}')).toBe(
      '{"a":[{"x":1,"y":1},3]}',
    );
    expect(updated('{"a":[{"x":{"y":1,"z":1}},{"x":{"y":1}}]}', '{"$pull":{"a":{"x":{"y":1}}}}')).toBe(
      '{"a":[{"x":{"y":1,"z":1}}]}',
    );
  });

  it('refuse other types', () => {
    expect(updated('{"a":1}', '{"$pop":{"a":1}}')).toBe(
      "14: Path 'a' contains an element of non-array type 'int'",
    );
    expect(updated('{"a":1}', '{"$pull":{"a":1}}')).toBe('2: Cannot apply $pull to a non-array value');
    expect(updated('{"a":{"b":"x"}}', '{"$pop":{"a.b.c":1}}')).toBe(
      '28: Cannot use the part (c) of (a.b.c) to traverse the element ({b: "x"})',
    );
  });
});

describe('the positional $', () => {
  it('is the position of the match, as a name in documents', () => {
    expect(updated('{"a":[1,2,3]}', '{"$set":{"a.$":9}}', { position: 1 })).toBe('{"a":[1,9,3]}');
    expect(updated('{"a":[1,2]}', '{"$set":{"b.$.c":9}}', { position: 1 })).toBe(
      '{"a":[1,2],"b":{"1":{"c":9}}}',
    );
  });

  it('shares an element with its index, but not a field', () => {
    const documents = '{"a":[{"x":1},{"x":2}]}';
    expect(updated(documents, '{"$set":{"a.$.x":9,"a.1.y":3}}', { position: 1 })).toBe(
      '{"a":[{"x":1},{"x":9,"y":3}]}',
    );
    expect(updated(documents, '{"$set":{"a.$.x":9,"a.1.x":3}}', { position: 1 })).toBe(
      "40: Update created a conflict at 'a.1.x'",
    );
  });

  it('needs a match', () => {
    expect(updated('{"a":[1]}', '{"$set":{"a.$":9}}')).toBe(
      '2: The positional operator did not find the match needed from the query.',
    );
    expect(updated('{"a":[1]}', '{"$set":{"a.$.b.$":9}}')).toBe(
      "2: Too many positional (i.e. '$') elements found in path 'a.$.b.$'",
    );
  });
});

describe('$[] and $[id]', () => {
  it('change all elements, or those that a filter matches, at any depth', () => {
    expect(updated('{"a":[[1,2],[3]]}', '{"$inc":{"a.$[].$[]":10}}')).toBe('{"a":[[11,12],[13]]}');
    const nested = '{"a":[{"x":[{"y":1},{"y":2}]},{"x":[{"y":1}]}]}';
    expect(updated(nested, '{"$set":{"a.$[].x.$[i].z":6}}', { arrayFilters: '[{"i.y":1}]' })).toBe(
      '{"a":[{"x":[{"y":1,"z":6},{"y":2}]},{"x":[{"y":1,"z":6}]}]}',
    );
  });

  it('conflict only where they mean the same field of the same element', () => {
    const update = '{"$set":{"a.$[i].x":5,"a.$[j].x":6}}';
    expect(updated('{"a":[{"x":1},{"x":2}]}', update, { arrayFilters: '[{"i.x":1},{"j.x":2}]' })).toBe(
      '{"a":[{"x":5},{"x":6}]}',
    );
    expect(updated('{"a":[{"x":1}]}', update, { arrayFilters: '[{"i.x":1},{"j.x":1}]' })).toBe(
      "40: Update created a conflict at 'a.0.x'",
    );
  });

  it('need an array', () => {
    expect(updated('{"a":1}', '{"$inc":{"a.$[]":1}}')).toBe(
      '2: Cannot apply array updates to non-array element a: 1',
    );
    expect(updated('{}', '{"$inc":{"a.$[]":1}}')).toBe(
      "2: The path 'a' must exist in the document in order to apply array updates.",
    );
  });
});

describe('arrayFilters', () => {
  const update = '{"$set":{"a.$[i]":0}}';
  it.each([
    ['[{"j":1}]', "2: No array filter found for identifier 'i' in path 'a.$[i]'"],
    [
      '[{"i":1},{"j":1}]',
      "9: The array filter for identifier 'j' was not used in the update { $set: { a.$[i]: 0 } }",
    ],
    ['[{"i":1},{"i":2}]', '9: Found multiple array filters with the same top-level field name i'],
    ['[{}]', '9: Cannot use an expression without a top-level field name in arrayFilters'],
    [
      '[{"i":1,"j":1}]',
      "9: Error parsing array filter :: caused by :: Expected a single top-level field name, found 'i' and 'j'",
    ],
    [
      '[{"I":1}]',
      "2: Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found 'I'",
    ],
    ['[{"i":{"$foo":1}}]', '2: Error parsing array filter :: caused by :: unknown operator: $foo'],
    ['[{"$or":[{"i":1},{"i":3}]}]', '{"a":[0,2,0]}'],
  ])('%s', (arrayFilters, expected) => {
    expect(updated('{"a":[1,2,3]}', update, { arrayFilters })).toBe(expected);
  });
});
