/** @file Arguments of command lines that Atelier prints, so that they work as they stand. */

/**
 * An argument as a shell takes it: in quotes where it needs them, single ones around an exclamation mark, which
 * Bash would take for its history within double ones.
 */
export function quoteArgument(value: string): string {
  if (/^[\w./:@=-]+$/.test(value)) return value;
  if (value.includes("!")) return `'${value.replaceAll("'", "'\\''")}'`;
  return `"${value.replace(/(["\\$`])/g, "\\$1")}"`;
}
