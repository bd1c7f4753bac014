/** @file What lies over the page while files are dragged over it. */

import { Portal, Text } from "@mantine/core";
import classes from "./drop-veil.module.css";

/** Says what happens to files that are dropped now. */
export function DropVeil({
  isShown,
  label,
}: {
  readonly isShown: boolean;
  readonly label: string;
}) {
  if (!isShown) return null;
  return (
    <Portal>
      <div className={classes.veil}>
        <Text fw={650} size="lg" ta="center">
          {label}
        </Text>
      </div>
    </Portal>
  );
}
