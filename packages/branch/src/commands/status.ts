import { okReply, type CommandDefinition, type Operation } from '@argon/engine';
import type { AnyBranch } from '../dual/contract';
import { Places } from '../place/places';
import { argonCommand } from './argon-command';
import { addressedPlace } from './arguments';
import { branchDocument, type ServiceOf } from './branch-document';
import { replyDocument } from './reply-value';

/** `argonStatus: 1`: what the database of the command is. */
export function statusCommand(serviceOf: ServiceOf): CommandDefinition {
  return argonCommand({
    name: 'argonStatus',
    help: 'What the database is: its project and branch, with head and base LSN, and the moment that it shows.',
    fields: [],
    run: async (operation) => {
      const { project, moment } = operation.address;
      const { branch, shown } = await lookUp(operation, serviceOf);
      return okReply({
        project,
        branch: branchDocument(branch),
        ...(shown === undefined
          ? {}
          : {
              shown: replyDocument({
                lsn: shown.lsn,
                time: new Date(shown.timestamp),
                collections: shown.collections.size,
              }),
            }),
        past: moment !== undefined,
      });
    },
  });
}

interface Found {
  readonly branch: AnyBranch;
  readonly shown?: {
    readonly lsn: number;
    readonly timestamp: number;
    readonly collections: { readonly size: number };
  };
}

/** @throws ProjectNotFoundError, BranchNotFoundError; what a moment that is not there throws */
async function lookUp(operation: Operation, serviceOf: ServiceOf): Promise<Found> {
  const { project, branch: name, moment } = operation.address;
  const service = serviceOf(operation);
  if (moment === undefined) {
    const branch = await service.get(project, name);
    if (branch.type !== 'wal') return { branch };
  }
  const { engine } = operation;
  const places = new Places(engine.store, engine.materializer);
  const found = await places.find(addressedPlace(operation));
  const shown = await places.stateOf(found);
  return { branch: await service.get(project, found.branch.name), shown };
}
