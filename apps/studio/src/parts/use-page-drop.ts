/** @file Files that are dropped anywhere on the page. */

import { useEffect, useRef, useState } from "react";

/**
 * Takes what is dropped on the page while a component is shown; folders are in the transfer until the event is over.
 * @returns whether files are being dragged over the page
 */
export function usePageDrop(
  onDrop: (files: readonly File[], transfer: DataTransfer) => void,
): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(onDrop);
  useEffect(() => {
    latest.current = onDrop;
  }, [onDrop]);
  useEffect(() => {
    // Entering a child comes before leaving its parent.
    let depth = 0;
    const controller = new AbortController();
    const listen = (type: "dragenter" | "dragover" | "dragleave" | "drop", depthBy: number) =>
      document.addEventListener(
        type,
        (event) => {
          if (event.dataTransfer?.types.includes("Files") !== true) return;
          // Without this the browser opens the file in place of the page.
          event.preventDefault();
          depth = type === "drop" ? 0 : depth + depthBy;
          setOver(depth > 0);
          const files = [...event.dataTransfer.files];
          if (type === "drop" && files.length > 0) {
            latest.current(files, event.dataTransfer);
          }
        },
        { signal: controller.signal },
      );
    listen("dragenter", 1);
    listen("dragover", 0);
    listen("dragleave", -1);
    listen("drop", 0);
    return () => controller.abort();
  }, []);
  return isOver;
}
