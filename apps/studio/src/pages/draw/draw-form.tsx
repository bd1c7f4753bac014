/** @file The form: everything that is drawn from, with the button that draws always in reach. */

import { Button, Paper, Stack, Title, Tooltip } from "@mantine/core";
import { Brush } from "lucide-react";
import { useText } from "../../messages/language.js";
import { BaseField } from "./base-field.js";
import classes from "./draw.module.css";
import { GridFields } from "./grid-fields.js";
import { ItemsField } from "./items-field.js";
import { PromptFields } from "./prompt-fields.js";
import { SamplingFields } from "./sampling-fields.js";
import type { DrawForm as Form } from "./use-draw-form.js";

/** The form. */
export function DrawForm({ form }: { readonly form: Form }) {
  const { draw: text } = useText();
  const { read, draw, isSending } = form;
  const pictures = "problems" in read ? 1 : read.pictures;
  return (
    <Paper withBorder bg="var(--surface)" className={classes.form} component="section">
      <div className={classes.fields}>
        <Title order={2} className={classes.hidden}>
          {text.settings}
        </Title>
        <Stack gap="md">
          <PromptFields form={form} />
          <BaseField form={form} />
          <ItemsField form={form} />
          <SamplingFields form={form} />
          <GridFields form={form} />
        </Stack>
      </div>
      <div className={classes.action}>
        <Tooltip label={text.drawKeys}>
          <Button
            fullWidth
            size="md"
            leftSection={<Brush size={18} aria-hidden />}
            disabled={"problems" in read}
            loading={isSending}
            onClick={draw}
            aria-keyshortcuts="Control+Enter"
          >
            {pictures === 1 ? text.draw : text.drawMany(pictures)}
          </Button>
        </Tooltip>
      </div>
    </Paper>
  );
}
