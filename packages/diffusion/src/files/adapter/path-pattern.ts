/**
 * @file The regular expressions by which PEFT's `rank_pattern` and `alpha_pattern` name modules, matched
 * in time that grows with pattern × path alone: those of strangers may not take hours. What modules are
 * named by is understood (literals, escapes, `.`, classes, groups, alternatives, `* + ?`, `{m,n}`, `^`, `$`);
 * what looks ahead or back is not.
 */

import { AtelierError, said } from "@atelier/engine";

/** A step of the machine: a character to take, or places to go on from without one. */
type State =
  | { readonly kind: "take"; readonly takes: (character: string) => boolean; readonly next: number }
  | { readonly kind: "split"; readonly next: readonly number[] }
  | { readonly kind: "start" | "end"; readonly next: number }
  | { readonly kind: "match" };

type Node =
  | { readonly kind: "character"; readonly takes: (character: string) => boolean }
  | { readonly kind: "start" | "end" }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Node[] }
  | { readonly kind: "repeat"; readonly part: Node; readonly from: number; readonly to: number };

/** Longer patterns and machines are none that name modules. */
const [maxCharacters, maxStates] = [2000, 20_000];

/**
 * Whether a module's path is what a pattern means: as in `get_pattern_key` of PEFT (0.21), the pattern is
 * the whole path or its end behind a dot; with `^` it is the whole path.
 * @throws AtelierError `format` for a pattern that is not understood.
 */
export function matchesPathPattern(pattern: string, path: string): boolean {
  const states = machineOf(pattern);
  let current = closure(states, [0], { isStart: true, isEnd: path === "" });
  let at = 0;
  for (const character of path) {
    at += character.length;
    const next = [...current].flatMap((index) => {
      const state = states[index];
      return state?.kind === "take" && state.takes(character) ? [state.next] : [];
    });
    current = closure(states, next, { isStart: false, isEnd: at === path.length });
  }
  return [...current].some((index) => states[index]?.kind === "match");
}

const machines = new Map<string, readonly State[]>();

/** Machines are asked for once per module and pattern. */
function machineOf(pattern: string): readonly State[] {
  const known = machines.get(pattern);
  if (known !== undefined) return known;
  const any: Node = { kind: "character", takes: () => true };
  const dot: Node = { kind: "character", takes: (character) => character === "." };
  const prefix: Node = {
    kind: "sequence",
    parts: [{ kind: "repeat", part: any, from: 0, to: Number.POSITIVE_INFINITY }, dot],
  };
  const whole: Node = {
    kind: "sequence",
    parts: [
      { kind: "repeat", part: prefix, from: 0, to: 1 },
      parsePattern(pattern),
      { kind: "end" },
    ],
  };
  const states: State[] = [];
  // The start stands first, wherever the pattern's own first state comes to stand.
  states.push({ kind: "split", next: [] });
  const match = add(pattern, states, { kind: "match" });
  states[0] = { kind: "split", next: [build(pattern, states, whole, match)] };
  if (machines.size > 1000) machines.clear();
  machines.set(pattern, states);
  return states;
}

function add(pattern: string, states: State[], state: State): number {
  if (states.length >= maxStates) throw refusal(pattern, "one with that many repetitions");
  return states.push(state) - 1;
}

/** Adds the states of a node, which go on to `next`, and returns the first. */
function build(pattern: string, states: State[], node: Node, next: number): number {
  switch (node.kind) {
    case "character":
      return add(pattern, states, { kind: "take", takes: node.takes, next });
    case "start":
    case "end":
      return add(pattern, states, { kind: node.kind, next });
    case "sequence":
      return node.parts.reduceRight((after, part) => build(pattern, states, part, after), next);
    case "choice": {
      const firsts = node.parts.map((part) => build(pattern, states, part, next));
      return add(pattern, states, { kind: "split", next: firsts });
    }
    case "repeat": {
      let first = next;
      if (node.to === Number.POSITIVE_INFINITY) {
        const loop = add(pattern, states, { kind: "split", next: [next] });
        states[loop] = { kind: "split", next: [build(pattern, states, node.part, loop), next] };
        first = loop;
      } else {
        for (let i = node.from; i < node.to; i++) {
          const part = build(pattern, states, node.part, first);
          first = add(pattern, states, { kind: "split", next: [part, next] });
        }
      }
      for (let i = 0; i < node.from; i++) first = build(pattern, states, node.part, first);
      return first;
    }
    default:
      return node satisfies never;
  }
}

/** All states that are reached without a character. */
function closure(
  states: readonly State[],
  from: readonly number[],
  { isStart, isEnd }: { readonly isStart: boolean; readonly isEnd: boolean },
): Set<number> {
  const reached = new Set<number>();
  const open = [...from];
  while (open.length > 0) {
    const index = open.pop() ?? 0;
    if (reached.has(index)) continue;
    reached.add(index);
    const state = states[index];
    if (state?.kind === "split") open.push(...state.next);
    else if (state?.kind === "start" && isStart) open.push(state.next);
    else if (state?.kind === "end" && isEnd) open.push(state.next);
  }
  return reached;
}

const classes: Readonly<Record<string, RegExp>> = {
  ...{ d: /\d/u, D: /\D/u, w: /[\p{L}\p{N}_]/u, W: /[^\p{L}\p{N}_]/u, s: /\s/u, S: /\S/u },
};

function parsePattern(pattern: string): Node {
  if (pattern.length > maxCharacters) throw refusal(pattern, `${pattern.length} characters`);
  const characters = Array.from(pattern);
  let at = 0;
  const peek = (): string | undefined => characters[at];
  const take = (): string => {
    const character = characters[at++];
    if (character === undefined) throw refusal(pattern, "its end too early");
    return character;
  };
  const accept = (text: string): boolean => {
    if (
      !characters
        .slice(at, at + text.length)
        .join("")
        .startsWith(text)
    )
      return false;
    at += text.length;
    return true;
  };

  const escaped = (): ((character: string) => boolean) => {
    const character = take();
    const known = classes[character];
    if (known !== undefined) return (other) => known.test(other);
    if (/[\p{L}\p{N}]/u.test(character)) throw refusal(pattern, `\\${character}`);
    return (other) => other === character;
  };
  const set = (): Node => {
    const isNegated = accept("^");
    const tests: ((character: string) => boolean)[] = [];
    for (let isFirst = true; isFirst || peek() !== "]"; isFirst = false) {
      const first = take();
      if (first === "\\") {
        tests.push(escaped());
        continue;
      }
      if (peek() === "-" && characters[at + 1] !== "]" && characters[at + 1] !== undefined) {
        at++;
        const last = take();
        if (last === "\\") throw refusal(pattern, "a range that ends in an escape");
        tests.push((other) => other >= first && other <= last);
      } else tests.push((other) => other === first);
    }
    at++;
    return {
      kind: "character",
      takes: (character) => tests.some((test) => test(character)) !== isNegated,
    };
  };
  const group = (): Node => {
    if (accept("?") && !accept(":")) throw refusal(pattern, `(?${peek() ?? ""}`);
    const inner = choice();
    if (!accept(")")) throw refusal(pattern, "a bracket that is not closed");
    return inner;
  };
  const atom = (): Node => {
    const character = take();
    switch (character) {
      case "\\":
        return { kind: "character", takes: escaped() };
      case ".":
        return { kind: "character", takes: (other) => other !== "\n" };
      case "[":
        return set();
      case "(":
        return group();
      case "^":
        return { kind: "start" };
      case "$":
        return { kind: "end" };
      case "*":
      case "+":
      case "?":
        throw refusal(pattern, `a ${character} that repeats nothing`);
      default:
        return { kind: "character", takes: (other) => other === character };
    }
  };
  const repeated = (part: Node): Node => {
    const counts = /^\{(\d{1,3})(,(\d{0,3}))?\}/.exec(characters.slice(at, at + 10).join(""));
    const [bounds, from, range, to] = counts ?? [];
    const repeat = (low: number, high: number): Node => {
      // A lazy repetition matches the same paths.
      accept("?");
      return repeated({ kind: "repeat", part, from: low, to: high });
    };
    if (bounds !== undefined) {
      at += bounds.length;
      const high = range === undefined ? Number(from) : to === "" ? Infinity : Number(to);
      return repeat(Number(from), high);
    }
    if (accept("*")) return repeat(0, Number.POSITIVE_INFINITY);
    if (accept("+")) return repeat(1, Number.POSITIVE_INFINITY);
    if (accept("?")) return repeat(0, 1);
    return part;
  };
  const choice = (): Node => {
    const parts: Node[] = [];
    do {
      const sequence: Node[] = [];
      while (peek() !== undefined && peek() !== "|" && peek() !== ")") {
        sequence.push(repeated(atom()));
      }
      parts.push({ kind: "sequence", parts: sequence });
    } while (accept("|"));
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "choice", parts };
  };

  const node = choice();
  if (peek() !== undefined) throw refusal(pattern, "a bracket that was not opened");
  return node;
}

function refusal(pattern: string, got: string): AtelierError {
  const shown = pattern.length > 80 ? `${pattern.slice(0, 80)}…` : pattern;
  return new AtelierError(
    "format",
    said`pattern "${shown}": expected a module's path, or a regular expression of literals, classes, groups and repetitions, got ${got}. Spell the pattern out as paths.`,
    { context: { pattern } },
  );
}
