/** @file HTML from templates in which every value is escaped unless it is markup itself. */

/** A piece of HTML or SVG that is safe to insert. */
export interface Markup {
  readonly markup: string;
}

/** What templates take; `undefined` leaves nothing behind. */
export type MarkupValue = string | number | Markup | readonly Markup[] | undefined;

const entities: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
};

/**
 * A template whose values are escaped, also inside of attributes in quotes.
 * @example html`<p title="${name}">${text}</p>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  const written = parts.map(
    (part, index) => part + (index < values.length ? write(values[index]) : ""),
  );
  return { markup: written.join("") };
}

function write(value: MarkupValue): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return value.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
}
