/** @file A picture in a grid: a click opens it, its box selects it. */

import type { Drawn } from "@atelier/server/api";
import { Checkbox, UnstyledButton } from "@mantine/core";
import { useText } from "../../messages/language.js";
import { Picture } from "../../parts/picture.js";
import classes from "./draw.module.css";
import { thumbnailAddress } from "./drawing-address.js";

/** A tile that fills its place. */
export function DrawingTile({
  drawn,
  onOpen,
  selection,
}: {
  readonly drawn: Drawn;
  readonly onOpen: (name: string) => void;
  /** Where pictures can be selected. */
  readonly selection?: {
    readonly chosen: ReadonlySet<string>;
    readonly onToggle: (name: string) => void;
  };
}) {
  const { draw } = useText();
  const { history: text } = draw;
  const { name, settings } = drawn;
  const prompt = settings.prompt ?? text.untitled;
  const isChosen = selection?.chosen.has(name) === true;
  const isChoosing = (selection?.chosen.size ?? 0) > 0;
  const states = [isChosen && classes.chosen, isChoosing && classes.choosing];
  return (
    <div className={[classes.tile, ...states].filter(Boolean).join(" ")}>
      <UnstyledButton
        className={classes.open}
        aria-label={text.open(prompt)}
        title={prompt}
        onClick={() => onOpen(name)}
      >
        <Picture src={thumbnailAddress(drawn)} alt="" />
      </UnstyledButton>
      {selection !== undefined && (
        <Checkbox
          className={classes.check}
          aria-label={text.select(prompt)}
          checked={isChosen}
          onChange={() => selection.onToggle(name)}
        />
      )}
    </div>
  );
}
