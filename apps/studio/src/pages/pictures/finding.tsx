/** @file A finding: what it says, the pictures that it speaks of, and what can be done about it. */

import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useText } from "../../messages/language.js";
import type { Desk } from "./desk.js";
import {
  type FindingAction,
  type FindingGroup,
  findingSentence,
  otherPictures,
} from "./findings.js";
import { PictureFace } from "./picture-tile.js";
import classes from "./pictures.module.css";
import { chosenOnly } from "./selection.js";

/** More thumbnails would be a second grid. */
const shownPictures = 12;

/** Findings of one kind. */
export function Finding({ desk, group }: { readonly desk: Desk; readonly group: FindingGroup }) {
  const { pictures: text, warnings } = useText();
  const { told, pictures, pairs, unnamed, actions } = group;
  const sentences =
    told.length > 0
      ? told.slice(0, 3).map((each) => findingSentence(each, warnings, text.optionWords))
      : [text.transparency(pictures.length)];
  const left = Math.max(0, told.length - 3);
  return (
    <Paper withBorder p="sm" className={told.length > 0 ? classes.attention : ""}>
      <Stack gap="xs">
        {sentences.map((sentence) => (
          <Text key={sentence} size="sm">
            {sentence}
          </Text>
        ))}
        {left > 0 && (
          <Text size="xs" c="var(--quiet)">
            {text.moreFindings(left)}
          </Text>
        )}
        <div className={classes.findingPictures}>
          {pairs.length > 0
            ? pairs.slice(0, shownPictures / 2).map((pair) => (
                <div key={pair.join("/")} className={classes.pair}>
                  {pair.map((name) => (
                    <FindingPicture key={name} desk={desk} name={name} />
                  ))}
                </div>
              ))
            : pictures
                .slice(0, shownPictures)
                .map((name) => <FindingPicture key={name} desk={desk} name={name} />)}
        </div>
        {unnamed > 0 && (
          <Text size="xs" c="var(--quiet)">
            {text.unnamed(unnamed)}
          </Text>
        )}
        <Group gap="xs">
          {pictures.length > 0 &&
            actions.map((action) => (
              <ActionButton key={action} desk={desk} group={group} action={action} />
            ))}
        </Group>
      </Stack>
    </Paper>
  );
}

function FindingPicture({ desk, name }: { readonly desk: Desk; readonly name: string }) {
  const { pictures: text } = useText();
  const picture = desk.pictures.find((each) => each.name === name);
  if (picture === undefined) return null;
  return (
    <button
      type="button"
      className={classes.findingPicture}
      aria-label={text.openPicture(name)}
      title={name}
      onClick={() => {
        desk.setSearch("");
        if (!desk.names.includes(name)) desk.showOnly(undefined);
        desk.select(chosenOnly([name]));
        desk.openTab("picture");
      }}
    >
      <PictureFace dataset={desk.dataset.name} picture={picture} maskVersion={desk.maskVersion} />
    </button>
  );
}

function ActionButton({
  desk,
  group: { pictures, pairs },
  action,
}: {
  readonly desk: Desk;
  readonly group: FindingGroup;
  readonly action: FindingAction;
}) {
  const { pictures: text } = useText();
  const { actions, setShape, setView, shape, view, showPictures } = desk;
  const others = action === "deleteOthers" ? otherPictures(pairs, desk.pictures) : [];
  const choose = () => {
    desk.setSearch("");
    desk.showOnly(pictures);
    desk.select(chosenOnly(pictures));
    showPictures();
  };
  const run = () => {
    switch (action) {
      case "choose":
        return choose();
      case "delete":
        return actions.remove(pictures);
      case "deleteOthers":
        return actions.remove(others);
      case "turn":
        return actions.turn(pictures, 90);
      case "crops":
        choose();
        setView({ ...view, layout: "grid" });
        return setShape({ ...shape, isShown: true });
      case "captions":
        choose();
        return setView({ ...view, layout: "list" });
      default:
        return action satisfies never;
    }
  };
  const count = action === "deleteOthers" ? others.length : pictures.length;
  return (
    <Button size="compact-sm" variant="default" onClick={run}>
      {text.findingActions[action](count)}
    </Button>
  );
}
