/** @file At which size pictures are trained, for the preview of crops and for the check. */

import { Group, NumberInput, Switch } from "@mantine/core";
import { useText } from "../../messages/language.js";
import type { Desk } from "./desk.js";

/** Width, height, and whether shapes follow the pictures. */
export function ShapeFields({ desk: { shape, setShape } }: { readonly desk: Desk }) {
  const { pictures: text } = useText();
  const edges = (["width", "height"] as const).map((name) => (
    <NumberInput
      key={name}
      label={text[name]}
      value={shape[name]}
      min={64}
      max={4096}
      step={64}
      size="sm"
      flex={1}
      onChange={(value) => {
        // While something else is typed, what was there before stays.
        if (typeof value === "number" && value >= 64 && value <= 4096) {
          setShape({ ...shape, [name]: Math.round(value) });
        }
      }}
    />
  ));
  return (
    <>
      <Group gap="xs" wrap="nowrap">
        {edges}
      </Group>
      <Switch
        label={text.buckets}
        description={text.bucketsHint}
        checked={shape.buckets}
        onChange={(event) => setShape({ ...shape, buckets: event.currentTarget.checked })}
      />
    </>
  );
}
