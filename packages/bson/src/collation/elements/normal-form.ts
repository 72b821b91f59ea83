import { UNASSIGNED_CE32, type Weights } from '../tables/weights';

/**
 * Normal form D, as Unicode 8 has it: characters that the root's tables do not know are younger, and stay as they are
 * whatever this Node.js makes of them, so that keys are the same in every version of it.
 */
export function normalForm(text: string, root: Weights): string {
  let form = '';
  let start = 0;
  for (let at = 0; at < text.length;) {
    const point = text.codePointAt(at)!;
    const end = at + (point > 0xffff ? 2 : 1);
    if (root.points.get(point) === UNASSIGNED_CE32) {
      form += text.slice(start, at).normalize('NFD') + text.slice(at, end);
      start = end;
    }
    at = end;
  }
  return form + text.slice(start).normalize('NFD');
}
