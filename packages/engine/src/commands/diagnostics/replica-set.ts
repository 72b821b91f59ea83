import { makeLong, type Value } from '@argon/bson';
import { okReply } from '../../handler/reply';
import { ME, SET_NAME } from '../hello';
import { CommandDefinition } from '../definition';

/** One member that is always primary: what `hello` says, at length. */
export const replSetGetStatusCommand = new CommandDefinition({
  name: 'replSetGetStatus',
  help: 'The state of the replica set, of which this is the one member.',
  adminOnly: true,
  run: ({ engine, started }) => {
    const uptime = Math.floor((started.getTime() - engine.activity.started.getTime()) / 1000);
    return okReply({
      set: SET_NAME,
      date: started,
      myState: 1,
      term: makeLong(1n),
      syncSourceHost: '',
      syncSourceId: -1,
      heartbeatIntervalMillis: makeLong(2000n),
      majorityVoteCount: 1,
      writeMajorityCount: 1,
      votingMembersCount: 1,
      writableVotingMembersCount: 1,
      members: [
        new Map<string, Value>([
          ['_id', 0],
          ['name', ME],
          ['health', 1],
          ['state', 1],
          ['stateStr', 'PRIMARY'],
          ['uptime', uptime],
          ['electionDate', engine.activity.started],
          ['configVersion', 1],
          ['configTerm', makeLong(1n)],
          ['self', true],
        ]),
      ],
    });
  },
});

export const replSetGetConfigCommand = new CommandDefinition({
  name: 'replSetGetConfig',
  help: 'The configuration of the replica set.',
  adminOnly: true,
  run: () =>
    okReply({
      config: new Map<string, Value>([
        ['_id', SET_NAME],
        ['version', 1],
        ['term', makeLong(1n)],
        [
          'members',
          [
            new Map<string, Value>([
              ['_id', 0],
              ['host', ME],
              ['arbiterOnly', false],
              ['buildIndexes', true],
              ['hidden', false],
              ['priority', 1],
              ['tags', new Map()],
              ['secondaryDelaySecs', makeLong(0n)],
              ['votes', 1],
            ]),
          ],
        ],
        ['protocolVersion', makeLong(1n)],
        ['writeConcernMajorityJournalDefault', true],
      ]),
    }),
});
