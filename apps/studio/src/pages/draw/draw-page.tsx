/** @file The page "draw". */

import { useText } from "../../messages/language.js";
import { PageTitle } from "../../parts/page-title.js";

/** The page. */
export function DrawPage() {
  const { shell } = useText();
  return <PageTitle title={shell.places.draw} />;
}
