/** @file The page "pictures". */

import { useText } from "../../messages/language.js";
import { PageTitle } from "../../parts/page-title.js";

/** The page. */
export function DatasetsPage() {
  const { shell } = useText();
  return <PageTitle title={shell.places.pictures} />;
}
