/** @file The page "train". */

import { useText } from "../../messages/language.js";
import { PageTitle } from "../../parts/page-title.js";

/** The page. */
export function TrainPage() {
  const { shell } = useText();
  return <PageTitle title={shell.places.train} />;
}
