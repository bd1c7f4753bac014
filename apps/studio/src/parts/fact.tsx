/** @file A thing that is known, with its name; stands in a `<dl>`. */

import type { ReactNode } from "react";

/** A name and what it is. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
