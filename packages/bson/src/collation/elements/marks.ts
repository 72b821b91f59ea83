import { archive } from '../tables/archive';

/** Combining classes: of the first mark of a character in normal form in the upper byte, of its last one in the lower. */
let classes: Map<number, number> | undefined;

/** 0 for what does not begin with a combining mark; otherwise the classes of its first (<< 8) and its last mark. */
export function markClasses(point: number): number {
  if (point < 0x300) return 0;
  classes ??= readClasses();
  return classes.get(point) ?? 0;
}

function readClasses(): Map<number, number> {
  const found = new Map<number, number>();
  for (const [first, last, lead, trail] of archive().directory.marks) {
    for (let point = first; point <= last; point++) found.set(point, (lead << 8) | trail);
  }
  return found;
}
