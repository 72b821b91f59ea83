/** In an overlay, the value of a key that the base may have and that is there no more. No LSN is 0. */
export const GONE = 0;
