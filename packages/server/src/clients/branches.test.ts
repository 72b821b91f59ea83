import { fileURLToPath } from 'node:url';
import { mongoshOrSkip, pymongoOrSkip } from '@argon/tools-clients';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runClient } from '../testing/run-client';
import { serve, type Served } from '../testing/serve';

const PROGRAM = fileURLToPath(new URL('../testing/branches.py', import.meta.url));
const [python, mongosh] = [await pymongoOrSkip(), await mongoshOrSkip()];

/** As `branches.py`. */
const SCRIPT = `
  const show = (title, value) => print(title + ': ' + EJSON.stringify(value));
  const names = ({cursor}) => cursor.firstBatch.map(({name}) => name);
  const failure = (work) => {
    try { const reply = work(); return reply; } catch ({code, codeName}) { return {code, codeName} }
  };
  const shop = db.getSiblingDB('shop');
  shop.users.insertMany([{_id: 1, name: 'Ada'}, {_id: 2, name: 'Grace'}]);
  const status = shop.runCommand({argonStatus: 1});
  show('status', {project: status.project, branch: status.branch.name, past: status.past});
  show('at head', status.shown.lsn === status.branch.headLsn);
  const base = status.shown.lsn;
  shop.users.insertOne({_id: 3, name: 'Barbara'});
  const made = shop.runCommand({argonCreateBranch: 'feature-x', from: 'main', at: {lsn: base}}).branch;
  show('made', {parent: made.parent, 'at its base': made.baseLsn === base});
  show('by time', shop.runCommand({argonCreateBranch: 'later', at: {time: status.shown.time}}).branch.parent);
  show('branches', names(shop.runCommand({argonListBranches: 1})));
  const feature = db.getSiblingDB('shop~feature-x');
  feature.users.updateOne({_id: 1}, {$set: {name: 'Lovelace'}});
  const then = feature.runCommand({argonStatus: 1}).branch.headLsn;
  feature.users.deleteMany({});
  show('counts', [shop.users.countDocuments({}), feature.users.countDocuments({})]);
  const reset = shop.runCommand({argonResetBranch: 'feature-x', to: {lsn: then}});
  show('reset', [reset.done, feature.users.findOne({_id: 1})]);
  show('past', db.getSiblingDB('shop~feature-x@' + base).users.find().sort({_id: 1}).toArray().map(({name}) => name));
  const history = feature.runCommand({argonHistory: 'users', filter: {name: 'Lovelace'}, limit: 5});
  show('history', history.cursor.firstBatch.map(({operation, id, changes}) => [operation, id, changes]));
  show('dropped', shop.runCommand({argonDropBranch: 'later'}).deleted.name);
  show('again', failure(() => shop.runCommand({argonDropBranch: 'later'})));
  show('the past', failure(() => db.getSiblingDB('shop@' + base).runCommand({argonResetBranch: 1, to: 1})));
  show('branches', names(shop.runCommand({argonListBranches: 1})));`;

const SHOWN = [
  ['status', { project: 'shop', branch: 'main', past: false }],
  ['at head', true],
  ['made', { parent: 'main', 'at its base': true }],
  ['by time', 'main'],
  ['branches', ['main', 'feature-x', 'later']],
  ['counts', [3, 0]],
  ['reset', [true, { _id: 1, name: 'Lovelace' }]],
  ['past', ['Ada', 'Grace']],
  ['history', [['update', 1, [{ path: ['name'], before: 'Ada', after: 'Lovelace' }]]]],
  ['dropped', 'later'],
  ['again', { code: 26, codeName: 'NamespaceNotFound' }],
  [
    'the past',
    {
      code: 166,
      codeName: 'CommandNotSupportedOnView',
    },
  ],
  ['branches', ['main', 'feature-x']],
];

let served: Served;

beforeEach(async () => {
  served = await serve();
});
afterEach(() => served.close());

/** What a program printed: titles and values. */
const shown = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), JSON.parse(line.slice(at + 2)) as unknown];
    });

it.skipIf(python === undefined)('branches from Python', async () => {
  const { stdout, ...rest } = await runClient(python!, PROGRAM, served.server.uri);
  expect(rest).toEqual({ code: 0, stderr: '' });
  expect(shown(stdout)).toEqual(SHOWN);
});

it.skipIf(mongosh === undefined)('branches from mongosh', async () => {
  const args = [served.server.uri, '--quiet', '--norc', '--eval', SCRIPT];
  const { stdout, code, stderr } = await runClient(mongosh!, ...args);
  expect(code, stderr).toBe(0);
  expect(shown(stdout)).toEqual(SHOWN);
});
