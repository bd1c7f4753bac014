/** @file A problem between fields of a config, as an issue of its schema that can be said in every language. */

import { type Sentence, sentenceIn } from "@atelier/engine";

/** The issue, for `addIssue` and `issues.push`. */
export function problemAt(
  path: readonly (string | number)[],
  sentence: Sentence,
): {
  readonly code: "custom";
  readonly path: (string | number)[];
  readonly message: string;
  readonly params: Readonly<Record<string, unknown>>;
} {
  return {
    code: "custom",
    path: [...path],
    message: sentenceIn(sentence, {}),
    params: { sentence },
  };
}

/** The sentence of an issue; what the schema says itself has no parameters. */
export function sentenceOfIssue({
  message,
  params,
}: {
  readonly message: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}): Sentence {
  // As `problemAt` has put it there.
  return (params?.["sentence"] as Sentence | undefined) ?? { template: message, params: [] };
}
