/** @file A dialog over the page whose button that closes it has a name in the language of the page. */

import { Modal, type ModalProps } from "@mantine/core";
import { useText } from "../messages/language.js";

/** Mantine's modal, with that name. */
export function Dialog(props: ModalProps) {
  const { common } = useText();
  return <Modal closeButtonProps={{ "aria-label": common.close }} {...props} />;
}
