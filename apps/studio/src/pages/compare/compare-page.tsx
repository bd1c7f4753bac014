/** @file The page "compare". */

import { useText } from "../../messages/language.js";
import { PageTitle } from "../../parts/page-title.js";

/** The page. */
export function ComparePage() {
  const { shell } = useText();
  return <PageTitle title={shell.places.compare} />;
}
