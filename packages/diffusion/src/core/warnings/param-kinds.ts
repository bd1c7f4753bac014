/**
 * @file Kinds of parameters that warnings have, as plain data, so that types, the schema of logs and tests of
 * sentences come from the same table.
 */

import type { Sentence } from "@atelier/engine";

/** Of a long list how many there are, and the first few. */
export interface Some {
  readonly count: number;
  readonly first: readonly string[];
  /** The others, for programs that show them all; sentences and logs have enough of the first. */
  readonly rest?: readonly string[] | undefined;
}

interface Kinds {
  readonly text: string;
  readonly number: number;
  readonly boolean: boolean;
  /** A list that is short by its nature. */
  readonly texts: readonly string[];
  readonly some: Some;
  /** What an error says, to be said in the same language. */
  readonly sentence: Sentence;
  /** What a model predicts. */
  readonly prediction: "epsilon" | "v_prediction" | "sample";
}

/** A kind; with a question mark, of a parameter that may be absent; or the words that it may be. */
export type ParamKind = keyof Kinds | `${keyof Kinds}?` | readonly string[];

/** Parameters of a warning, by name. */
export type ParamKinds = Readonly<Record<string, ParamKind>>;

type ValueOf<K> = K extends `${infer Kind extends keyof Kinds}?`
  ? Kinds[Kind]
  : K extends keyof Kinds
    ? Kinds[K]
    : K extends readonly (infer Word)[]
      ? Word
      : never;

type OptionalOf<P> = { [N in keyof P]: P[N] extends `${string}?` ? N : never }[keyof P];

/** What such parameters are: plain JSON. */
export type ParamsOf<P extends ParamKinds> = {
  readonly [N in Exclude<keyof P, OptionalOf<P>>]: ValueOf<P[N]>;
} & { readonly [N in OptionalOf<P>]?: ValueOf<P[N]> | undefined };

/** Counts a list and keeps the first of it. */
export function some(list: readonly string[], limit = 5): Some {
  return { count: list.length, first: list.slice(0, limit) };
}

/** More than these nobody looks through. */
const mostWhole = 20_000;

/** The same with those that are not among the first. */
export function whole(list: readonly string[]): Some {
  const named = some(list);
  const rest = list.slice(named.first.length, mostWhole);
  return rest.length === 0 ? named : { ...named, rest };
}
