/** @file The chosen picture with its caption, or what can be done with all that are chosen. */

import type { Picture } from "@atelier/server/api";
import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { Brush, RotateCcwSquare, RotateCwSquare, Trash2 } from "lucide-react";
import { type KeyboardEvent, useRef } from "react";
import { useText } from "../../messages/language.js";
import { useProblemText } from "../../parts/use-error-text.js";
import type { Desk } from "./desk.js";
import { PictureFace } from "./picture-tile.js";
import classes from "./pictures.module.css";
import { moved } from "./selection.js";
import { TagChips } from "./tag-chips.js";

/** The part of the panel about what is chosen. */
export function PicturePanel({ desk }: { readonly desk: Desk }) {
  const { pictures: text } = useText();
  const { chosen } = desk;
  const [first, ...others] = chosen;
  if (first === undefined) {
    return (
      <Text size="sm" c="var(--quiet)">
        {text.chooseHint}
      </Text>
    );
  }
  if (others.length === 0) return <OnePicture desk={desk} picture={first} />;
  return (
    <Stack gap="md">
      <Text fw={600}>{text.chosen(chosen.length)}</Text>
      <PictureButtons desk={desk} pictures={chosen} />
      <Stack gap="xs">
        <Text size="sm" fw={600}>
          {text.tags}
        </Text>
        <TagChips desk={desk} pictures={chosen} />
      </Stack>
      <Button variant="default" onClick={() => desk.openTab("captions")}>
        {text.editCaptions}
      </Button>
    </Stack>
  );
}

function OnePicture({ desk, picture }: { readonly desk: Desk; readonly picture: Picture }) {
  const { pictures: text, common } = useText();
  const { captions, names, selection, select } = desk;
  const { name, problem } = picture;
  const problemText = useProblemText();
  const box = useRef<HTMLTextAreaElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    captions.flush();
    select(moved(selection, names, event.shiftKey ? -1 : 1));
    box.current?.focus();
  };
  return (
    <Stack gap="sm">
      <div className={classes.preview}>
        <PictureFace
          dataset={desk.dataset.name}
          picture={picture}
          crop={desk.crops?.get(name)}
          maskVersion={desk.maskVersion}
          edge={640}
          isWhole
        />
      </div>
      <div>
        <Text fw={600}>{name}</Text>
        <Text size="sm" c="var(--quiet)">
          {problem
            ? problemText(problem)
            : text.pictureFacts({ ...picture, name: "" }, common.bytes(picture.bytes))}
        </Text>
      </div>
      <PictureButtons desk={desk} pictures={[picture]} />
      <Textarea
        ref={box}
        label={text.caption}
        description={text.captionKeys}
        placeholder={text.captionPlaceholder}
        value={captions.of(picture)}
        onChange={({ currentTarget: { value } }) => captions.write(new Map([[name, value]]))}
        onKeyDown={onKeyDown}
        autosize
        minRows={4}
        maxRows={12}
      />
      <TagChips desk={desk} pictures={[picture]} />
    </Stack>
  );
}

function PictureButtons({
  desk: { actions },
  pictures,
}: {
  readonly desk: Desk;
  readonly pictures: readonly Picture[];
}) {
  const { pictures: text, common } = useText();
  const names = pictures.map(({ name }) => name);
  const usable = pictures.filter(({ problem }) => problem === undefined).map(({ name }) => name);
  const [only, ...others] = usable;
  const icon = { size: 16, "aria-hidden": true } as const;
  return (
    <Group gap="xs">
      {only !== undefined && others.length === 0 && (
        <Button
          size="xs"
          variant="default"
          leftSection={<Brush {...icon} />}
          onClick={() => actions.paintMask(only)}
        >
          {text.paintMask}
        </Button>
      )}
      <Button.Group>
        <Button
          size="xs"
          variant="default"
          aria-label={text.turnLeft}
          title={text.turnLeft}
          disabled={usable.length === 0}
          onClick={() => actions.turn(usable, 270)}
        >
          <RotateCcwSquare {...icon} />
        </Button>
        <Button
          size="xs"
          variant="default"
          aria-label={text.turnRight}
          title={text.turnRight}
          disabled={usable.length === 0}
          onClick={() => actions.turn(usable, 90)}
        >
          <RotateCwSquare {...icon} />
        </Button>
      </Button.Group>
      <Button
        size="xs"
        variant="default"
        leftSection={<Trash2 {...icon} />}
        onClick={() => actions.remove(names)}
      >
        {common.delete}
      </Button>
    </Group>
  );
}
