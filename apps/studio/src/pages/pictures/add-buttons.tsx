/** @file Buttons that let choose files and folders. */

import { Button, type ButtonProps, FileButton } from "@mantine/core";
import { FolderUp, ImagePlus } from "lucide-react";
import { useRef } from "react";
import { useText } from "../../messages/language.js";
import { acceptedFiles } from "./given-files.js";
import { type Dropped, readChosen } from "./read-drop.js";

/** Chooses files, or a folder with all that is in it. */
export function AddButtons({
  onChoose,
  variant = "default",
}: {
  readonly onChoose: (dropped: Dropped) => void;
  readonly variant?: NonNullable<ButtonProps["variant"]>;
}) {
  const { pictures: text } = useText();
  const reset = useRef<() => void>(null);
  const choose = (files: File[] | null) => {
    if (files !== null && files.length > 0) onChoose(readChosen(files));
    // The same files can be chosen again.
    reset.current?.();
  };
  return (
    <>
      <FileButton
        multiple
        accept={acceptedFiles}
        onChange={choose}
        resetRef={reset}
        inputProps={{ "aria-label": text.addFiles }}
      >
        {(props) => (
          <Button {...props} variant={variant} leftSection={<ImagePlus size={16} aria-hidden />}>
            {text.addFiles}
          </Button>
        )}
      </FileButton>
      <FileButton
        multiple
        onChange={choose}
        inputProps={{ webkitdirectory: "", "aria-label": text.addFolder }}
      >
        {(props) => (
          <Button {...props} variant="default" leftSection={<FolderUp size={16} aria-hidden />}>
            {text.addFolder}
          </Button>
        )}
      </FileButton>
    </>
  );
}
