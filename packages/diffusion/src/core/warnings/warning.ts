/**
 * @file What a user should know and what stops nothing: a code and parameters, which survive JSON. Whoever shows
 * warnings has the sentences; a language is a table of them.
 */

import type { ParamsOf } from "./param-kinds.js";
import type { WarningGroups, warningTable } from "./warning-table.js";

/** What it is about; stable, for programs that react to it. */
export type WarningCode = keyof typeof warningTable;

/** Parameters of a warning. */
export type WarningParams<C extends WarningCode> = ParamsOf<(typeof warningTable)[C]>;

/** Something that a user should know, by its code. */
export type Warning<C extends WarningCode = WarningCode> = {
  readonly [K in C]: { readonly code: K; readonly params: WarningParams<K> };
}[C];

/** The same as an event of a drawing or a training. */
export type WarningEvent<C extends WarningCode = WarningCode> = {
  readonly type: "warning";
} & Warning<C>;

/** All sentences of a language. They name options as `option` of `option-words.ts` writes them. */
export type WarningSentences = {
  readonly [C in WarningCode]: (params: WarningParams<C>) => string;
};

/** Those about one thing. */
export type SentencesOf<G extends keyof WarningGroups> = Pick<
  WarningSentences,
  keyof WarningGroups[G] & WarningCode
>;

/** A warning. */
export function warning<C extends WarningCode>(code: C, params: WarningParams<C>): Warning<C> {
  return { code, params };
}

/** A warning as an event. */
export function warningEvent(told: Warning): WarningEvent {
  return { type: "warning", ...told };
}

/** The sentence for a warning in a language. */
export function sentenceOf<C extends WarningCode>(
  { code, params }: Warning<C>,
  sentences: WarningSentences,
): string {
  return sentences[code](params);
}
