/** @file The page "queue". */

import { useText } from "../../messages/language.js";
import { PageTitle } from "../../parts/page-title.js";

/** The page. */
export function JobPage() {
  const { shell } = useText();
  return <PageTitle title={shell.places.queue} />;
}
