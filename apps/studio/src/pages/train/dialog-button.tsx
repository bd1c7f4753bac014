/** @file A button that opens a dialog. */

import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Dialog } from "../../parts/dialog.js";

/** The button and its dialog. */
export function DialogButton({
  label,
  title,
  children,
}: {
  readonly label: string;
  readonly title: string;
  readonly children: (close: () => void) => ReactNode;
}) {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={title} size="lg">
        {children(close)}
      </Dialog>
    </>
  );
}
