import type { CatalogOperation, DocumentOperation, Operation, RefOperation, UpdateForm } from './entry';

/** Every operation and its number in the canonical encoding. Numbers are part of the format: never change one. */
export const OPERATION_NUMBERS = {
  insert: 1,
  update: 2,
  delete: 3,
  create_collection: 16,
  drop_collection: 17,
  rename_collection: 18,
  modify_collection: 19,
  create_index: 20,
  drop_index: 21,
  create_project: 32,
  delete_project: 33,
  create_branch: 34,
  delete_branch: 35,
  rename_branch: 36,
  modify_branch: 37,
  reset_branch: 38,
  merge_branch: 39,
} as const satisfies Record<Operation, number>;

/** An update's form is part of its number: 2 says nothing of it. */
const UPDATE_NUMBERS = { replacement: 4, pipeline: 5 } as const satisfies Record<UpdateForm, number>;

/** The number of an entry's operation in the canonical encoding. */
export function operationNumber({
  operation,
  form,
}: {
  readonly operation: Operation;
  readonly form?: UpdateForm;
}): number {
  return form === undefined || operation !== 'update' ? OPERATION_NUMBERS[operation] : UPDATE_NUMBERS[form];
}

/** Whether this is one of the numbers of updates. */
export function isUpdateNumber(number: number): boolean {
  return number === OPERATION_NUMBERS.update || formOfNumber(number) !== undefined;
}

/** The form of the update that has this number. */
export function formOfNumber(number: number): UpdateForm | undefined {
  if (number === UPDATE_NUMBERS.replacement) return 'replacement';
  return number === UPDATE_NUMBERS.pipeline ? 'pipeline' : undefined;
}

const BY_NUMBER: readonly (Operation | undefined)[] = (() => {
  const byNumber: (Operation | undefined)[] = [];
  for (const [name, number] of Object.entries(OPERATION_NUMBERS)) byNumber[number] = name as Operation;
  for (const number of Object.values(UPDATE_NUMBERS)) byNumber[number] = 'update';
  return byNumber;
})();

/** The operation of this number; undefined if this version knows none. */
export function operationOfNumber(number: number): Operation | undefined {
  return BY_NUMBER[number];
}

/** Whether the operation changes one document. */
export function isDocumentOperation(operation: Operation): operation is DocumentOperation {
  return OPERATION_NUMBERS[operation] < 16;
}

/** Whether the operation changes a branch's catalogue of collections and indexes. */
export function isCatalogOperation(operation: Operation): operation is CatalogOperation {
  const number = OPERATION_NUMBERS[operation];
  return number >= 16 && number < 32;
}

/** Whether the operation changes a project or a branch itself. */
export function isRefOperation(operation: Operation): operation is RefOperation {
  return OPERATION_NUMBERS[operation] >= 32;
}
