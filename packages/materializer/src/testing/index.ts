export { randomActions } from './actions';
export type { Action, Change } from './actions';
export { History } from './history';
export type { OnAppend } from './history';
export { headOf, shownAt } from './naive-state';
export type { NaiveBranch, NaiveCollection, NaiveDocument, NaiveState } from './naive-state';
export { checkIndexes, evenMatcher, observe, plain } from './observe';
