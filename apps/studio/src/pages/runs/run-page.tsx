/** @file The page "runs". */

import { useText } from "../../messages/language.js";
import { PageTitle } from "../../parts/page-title.js";

/** The page. */
export function RunPage() {
  const { shell } = useText();
  return <PageTitle title={shell.places.runs} />;
}
