/** @file The page "start". */

import { useText } from "../../messages/language.js";
import { PageTitle } from "../../parts/page-title.js";

/** The page. */
export function StartPage() {
  const { shell } = useText();
  return <PageTitle title={shell.places.start} />;
}
