/** The one error type of Argon; it lives in the lowest package. Codes are documented in docs/errors.md. */
export { ArgonError, type ErrorData } from '@argon/bson';
