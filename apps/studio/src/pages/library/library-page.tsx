/** @file The page "library". */

import { useText } from "../../messages/language.js";
import { PageTitle } from "../../parts/page-title.js";

/** The page. */
export function LibraryPage() {
  const { shell } = useText();
  return <PageTitle title={shell.places.library} />;
}
