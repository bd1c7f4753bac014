/** @file One of a few, side by side; one below the other where a telephone leaves no room for words. */

import { SegmentedControl, type SegmentedControlProps } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";

/** One of a few. */
export function Choice(props: Omit<SegmentedControlProps, "orientation">) {
  const isNarrow = useMediaQuery("(max-width: 36em)", undefined, {
    getInitialValueInEffect: false,
  });
  return isNarrow ? (
    <SegmentedControl {...props} orientation="vertical" fullWidth />
  ) : (
    <SegmentedControl {...props} />
  );
}
