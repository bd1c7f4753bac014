/** @file A table that is wider than a telephone: it scrolls by itself, by the keyboard as well. */

import type { ReactNode } from "react";
import classes from "./wide-table.module.css";

/** What is inside has at least this width. */
export function WideTable({
  label,
  minWidth,
  children,
}: {
  readonly label: string;
  readonly minWidth: number;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section className={classes.frame} tabIndex={0} aria-label={label}>
      <div style={{ minWidth }}>{children}</div>
    </section>
  );
}
