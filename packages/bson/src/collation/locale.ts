import { archive } from './tables/archive';

/** Where a locale's collation is found: the locale itself or one it derives from, and the type. */
export interface LocaleCollation {
  /** `root` if it is the root's own. */
  readonly locale: string;
  readonly type: string;
}

const KEYWORD = '@collation=';

/**
 * The collation of a locale's name as mongod takes it (`de`, `de@collation=phonebook`, `sr_Latn`); undefined if there is
 * none of exactly this name.
 */
export function findLocale(name: string): LocaleCollation | undefined {
  const at = name.indexOf(KEYWORD);
  const locale = at < 0 ? name : name.slice(0, at);
  const wanted = at < 0 ? undefined : name.slice(at + KEYWORD.length);
  if (!Object.hasOwn(archive().directory.locales, locale)) return undefined;
  const usual = defaultType(locale);
  if (wanted === undefined) return locale === 'root' ? undefined : (typeIn(locale, usual) ?? rootOf(usual));
  if (wanted === usual) return undefined;
  return typeIn(locale, wanted) ?? (wanted === 'standard' && locale !== 'root' ? rootOf(wanted) : undefined);
}

/** The name that mongod thinks was meant by one it does not know; undefined if it has no idea. */
export function similarLocale(name: string): string | undefined {
  const [given = '', ...keywords] = name.split('@');
  const parts = given.split(/[_-]/);
  const canonical = parts.map((part, index) => {
    if (index === 0) return part.toLowerCase();
    return part.length === 4
      ? part.charAt(0).toUpperCase() + part.slice(1).toLowerCase()
      : part.toUpperCase();
  });
  for (; canonical.length > 0; canonical.pop()) {
    const locale = canonical.join('_');
    if (findLocale(locale) === undefined) continue;
    const type = keywords
      .find((keyword) => keyword.toLowerCase().startsWith('collation='))
      ?.slice('collation='.length);
    const full = type === undefined ? locale : `${locale}${KEYWORD}${type.toLowerCase()}`;
    return findLocale(full) === undefined ? locale : full;
  }
  return undefined;
}

function rootOf(type: string): LocaleCollation {
  return typeIn('root', type) ?? { locale: 'root', type: 'standard' };
}

function typeIn(locale: string, type: string): LocaleCollation | undefined {
  for (const each of withParents(locale)) {
    const entry = archive().directory.locales[each];
    if (entry !== undefined && Object.hasOwn(entry.types, type)) return { locale: each, type };
  }
  return undefined;
}

function defaultType(locale: string): string {
  for (const each of withParents(locale)) {
    const type = archive().directory.locales[each]?.default;
    if (type !== undefined) return type;
  }
  return 'standard';
}

/** `sr_Latn`, `sr`, `root`. */
function withParents(locale: string): string[] {
  const chain: string[] = [];
  for (
    let each = locale;
    each !== '' && each !== 'root';
    each = each.slice(0, Math.max(each.lastIndexOf('_'), 0))
  ) {
    chain.push(each);
  }
  return [...chain, 'root'];
}
