import { describe, expect, it } from 'vitest';
import { BranchNames } from '../names/branch-names';
import { Prefixes } from '../names/prefixes';
import { shownMessage } from './shown-message';

const names = new BranchNames('a', new Prefixes(['a', 'a_b', 'main']), 'shop~a', 'old-shop');

describe("messages in a branch's names", () => {
  it.each([
    ['Collection old-shop.a_users already exists.', 'Collection shop~a.users already exists.'],
    ["ns does not exist: 'old-shop.a_users'", "ns does not exist: 'shop~a.users'"],
    ['View cycle: old-shop.a_x => old-shop.a_y', 'View cycle: shop~a.x => shop~a.y'],
    ['Namespace old-shop.system.buckets.a_t', 'Namespace shop~a.system.buckets.t'],
    ['NS: old-shop.a_my coll', 'NS: shop~a.my coll'],
    // Of other branches, of none, of other databases.
    ['old-shop.a_b_users old-shop.main_users', 'old-shop.a_b_users old-shop.main_users'],
    ['very-old-shop.a_users old-shop.users old-shop.', 'very-old-shop.a_users old-shop.users old-shop.'],
    // Values.
    ['{ s: "old-shop.a_users" } in old-shop.a_users', '{ s: "old-shop.a_users" } in shop~a.users'],
    ['"say \\"old-shop.a_x\\"" old-shop.a_x', '"say \\"old-shop.a_x\\"" shop~a.x'],
    [
      'E11000 duplicate key error collection: old-shop.a_users index: i dup key: { s: ObjectId(x), t: old-shop.a_users }',
      'E11000 duplicate key error collection: shop~a.users index: i dup key: { s: ObjectId(x), t: old-shop.a_users }',
    ],
  ])('%s', (stored, shown) => {
    expect(shownMessage(stored, names)).toBe(shown);
  });
});
