/** @file A sample as large as there is room, and those before and after it by the arrow keys. */

import type { Sample } from "@atelier/server/api";
import { ActionIcon, Group, Stack, Text } from "@mantine/core";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useText } from "../../messages/language.js";
import { Dialog } from "../../parts/dialog.js";
import { Picture } from "../../parts/picture.js";
import { sampleAddress } from "./sample-address.js";
import classes from "./samples.module.css";

/** The picture; nothing where none is shown. */
export function Enlarged({
  run,
  samples,
  shown,
  onShow,
}: {
  readonly run: string;
  /** In the order in which one goes through them. */
  readonly samples: readonly Sample[];
  readonly shown: Sample | undefined;
  readonly onShow: (sample: Sample | undefined) => void;
}) {
  const { runs } = useText();
  const { samples: text } = runs.run;
  if (shown === undefined) return null;
  const at = samples.findIndex(({ file }) => file === shown.file);
  const go = (by: number) => {
    const next = samples[at + by];
    if (next !== undefined) onShow(next);
  };
  const { prompt, seed, step } = shown;
  return (
    <Dialog
      opened
      onClose={() => onShow(undefined)}
      size="xl"
      title={`${text.step(step)} · ${text.seed(seed)}`}
      onKeyDown={({ key }) => {
        if (key === "ArrowLeft") go(-1);
        if (key === "ArrowRight") go(1);
      }}
    >
      <Stack gap="sm">
        <div className={classes.enlarged}>
          <Picture src={sampleAddress(run, shown)} alt={prompt} fit="contain" />
        </div>
        <Group justify="space-between" wrap="nowrap">
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={text.before}
            disabled={at <= 0}
            onClick={() => go(-1)}
          >
            <ChevronLeft size={18} aria-hidden />
          </ActionIcon>
          <Text size="sm" ta="center">
            {prompt}
          </Text>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={text.next}
            disabled={at >= samples.length - 1}
            onClick={() => go(1)}
          >
            <ChevronRight size={18} aria-hidden />
          </ActionIcon>
        </Group>
      </Stack>
    </Dialog>
  );
}
