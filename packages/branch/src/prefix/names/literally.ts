/** A regular expression's source that matches a text as it stands, in JavaScript and in mongod. */
export function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
