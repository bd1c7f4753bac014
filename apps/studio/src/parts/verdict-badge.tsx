/** @file The state of a training in a word; orange where it needs attention. */

import type { VerdictState } from "@atelier/diffusion/core";
import { Badge } from "@mantine/core";
import { useText } from "../messages/language.js";

const colors: Readonly<Record<VerdictState, string>> = {
  "nothing-happens": "gray",
  learning: "teal",
  "learned-enough": "teal",
  overfitting: "orange",
  forgetting: "orange",
  diverging: "orange",
};

/** A verdict's state. */
export function VerdictBadge({ state }: { readonly state: VerdictState }) {
  const { common } = useText();
  return (
    <Badge
      color={colors[state]}
      variant={colors[state] === "orange" ? "outline" : "light"}
      tt="none"
      // Mantine's orange cannot be read in letters this small.
      {...(colors[state] === "orange" && { c: "var(--attention)", bd: "1px solid currentColor" })}
    >
      {common.verdictStates[state]}
    </Badge>
  );
}
