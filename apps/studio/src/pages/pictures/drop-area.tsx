/** @file A page that takes files wherever they are dropped on it. */

import { Text } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { ImageUp } from "lucide-react";
import { useRef, useState } from "react";
import classes from "./drop-area.module.css";
import { type Dropped, readDrop } from "./read-drop.js";

/** Takes files that are dropped anywhere, and says so while they are above the page. */
export function DropArea({
  hint,
  onDrop,
}: {
  readonly hint: string;
  readonly onDrop: (dropped: Dropped) => void;
}) {
  const [isOver, setOver] = useState(false);
  /** Every element that is entered is left again. */
  const depth = useRef(0);
  const to = (next: number) => {
    depth.current = Math.max(0, next);
    setOver(next > 0);
  };
  useWindowEvent("dragenter", (event) => {
    if (holdsFiles(event)) to(depth.current + 1);
  });
  useWindowEvent("dragleave", (event) => {
    if (holdsFiles(event)) to(depth.current - 1);
  });
  useWindowEvent("dragover", (event) => {
    if (holdsFiles(event)) event.preventDefault();
  });
  useWindowEvent("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    to(0);
    if (event.dataTransfer) void readDrop(event.dataTransfer).then(onDrop);
  });
  if (!isOver) return null;
  return (
    <div className={classes.over}>
      <div className={classes.hint}>
        <ImageUp size={40} strokeWidth={1.5} aria-hidden />
        <Text fw={600} size="lg">
          {hint}
        </Text>
      </div>
    </div>
  );
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") ?? false;
}
