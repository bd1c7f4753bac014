/** @file Which pictures of a list are chosen, and how clicks and keys change that. */

/** Chosen pictures by name; `active` is the one that keys move from, `anchor` where ranges begin. */
export interface Selection {
  readonly chosen: ReadonlySet<string>;
  readonly active: string | undefined;
  readonly anchor: string | undefined;
}

/** How a click or key is meant: to add or take away one, or all from the anchor on. */
export interface Meaning {
  readonly isToggle?: boolean;
  readonly isRange?: boolean;
}

/** Nothing chosen. */
export const noSelection: Selection = { chosen: new Set(), active: undefined, anchor: undefined };

/** After a click on a picture. */
export function clicked(
  selection: Selection,
  names: readonly string[],
  name: string,
  { isToggle = false, isRange = false }: Meaning = {},
): Selection {
  const { chosen, anchor } = selection;
  if (isRange) {
    const range = rangeOf(names, anchor ?? name, name);
    const kept = isToggle ? chosen : [];
    return { chosen: new Set([...kept, ...range]), active: name, anchor: anchor ?? name };
  }
  if (!isToggle) return { chosen: new Set([name]), active: name, anchor: name };
  const toggled = new Set(chosen);
  if (!toggled.delete(name)) toggled.add(name);
  return { chosen: toggled, active: name, anchor: name };
}

/** After a key that goes `by` pictures on; with the toggle meant, it goes without choosing. */
export function moved(
  selection: Selection,
  names: readonly string[],
  by: number,
  { isToggle = false, isRange = false }: Meaning = {},
): Selection {
  if (names.length === 0) return selection;
  const { active } = selection;
  const from = active === undefined ? -1 : names.indexOf(active);
  const to = from < 0 ? 0 : Math.min(names.length - 1, Math.max(0, from + by));
  const name = names[to] ?? "";
  if (isRange) return clicked(selection, names, name, { isRange });
  if (isToggle) return { ...selection, active: name };
  return clicked(selection, names, name);
}

/** All chosen, or none where all are. */
export function allOrNone(selection: Selection, names: readonly string[]): Selection {
  const areAll = names.length > 0 && names.every((name) => selection.chosen.has(name));
  return { ...selection, chosen: new Set(areAll ? [] : names) };
}

/** These and no others. */
export function chosenOnly(names: readonly string[]): Selection {
  const [first] = names;
  return { chosen: new Set(names), active: first, anchor: first };
}

/** Without pictures that are no longer there; the same value where nothing changes. */
export function within(selection: Selection, names: ReadonlySet<string>): Selection {
  const { chosen, active, anchor } = selection;
  const left = [...chosen].filter((name) => names.has(name));
  const keep = (name: string | undefined) =>
    name !== undefined && names.has(name) ? name : undefined;
  if (left.length === chosen.size && keep(active) === active && keep(anchor) === anchor) {
    return selection;
  }
  return { chosen: new Set(left), active: keep(active), anchor: keep(anchor) };
}

function rangeOf(names: readonly string[], one: string, other: string): readonly string[] {
  const ends = [names.indexOf(one), names.indexOf(other)].sort((a, b) => a - b);
  const [from = 0, to = 0] = ends;
  return from < 0 ? [other] : names.slice(from, to + 1);
}
