/** @file What is known of a thing, as a table of two columns. */

import type { ReactNode } from "react";
import classes from "./facts-table.module.css";

/** A name and what it is, in each row. */
export function FactsTable({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <table className={classes.facts}>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
