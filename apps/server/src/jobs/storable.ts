/** @file Values as PostgreSQL can hold them. */

/** JSON without what `jsonb` refuses: NUL characters and halves of surrogate pairs. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === "string") return cleanText(inner);
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner);
    if (entries.every(([key]) => key === cleanText(key))) return inner;
    return Object.fromEntries(entries.map(([key, field]) => [cleanText(key), field as unknown]));
  });
}

/** Text as a column can hold it. */
export function cleanText(text: string): string {
  return text.replace(/[\p{Surrogate}\0]/gu, "\uFFFD");
}
