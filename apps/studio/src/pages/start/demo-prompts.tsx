/** @file What a demo draws: each prompt's seeds before the training, and below them after it. */

import { Stack, Text, Title } from "@mantine/core";
import { useText } from "../../messages/language.js";
import { Picture } from "../../parts/picture.js";
import { type DemoPair, type DemoPrompt, demoAddress } from "./read-demo.js";
import classes from "./start.module.css";

/** The prompts that were drawn so far. */
export function DemoPrompts({
  run,
  prompts,
}: {
  readonly run: string;
  readonly prompts: readonly DemoPrompt[];
}) {
  const { start } = useText();
  const { demo: text } = start;
  if (prompts.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {text.prompts}
      </Title>
      <Text size="sm" c="var(--quiet)">
        {text.promptsHint}
      </Text>
      <div className={classes.prompts}>
        {prompts.map(({ prompt, asksFor, pairs }) => (
          <div key={prompt} className={classes.prompt}>
            <Text size="sm" fw={500}>
              {prompt}
            </Text>
            <Text size="xs" c="var(--quiet)" mb={8}>
              {text.asksFor[asksFor]}
            </Text>
            <Stack gap={4}>
              <Seeds {...{ run, prompt, pairs }} when="before" />
              <Seeds {...{ run, prompt, pairs }} when="after" />
            </Stack>
          </div>
        ))}
      </div>
    </Stack>
  );
}

function Seeds({
  run,
  prompt,
  pairs,
  when,
}: {
  readonly run: string;
  readonly prompt: string;
  readonly pairs: readonly DemoPair[];
  readonly when: "before" | "after";
}) {
  const { start } = useText();
  const { demo: text } = start;
  return (
    <div>
      <Text size="xs" c="var(--quiet)">
        {text[when]}
      </Text>
      <div className={classes.seeds}>
        {pairs.map(({ seed, [when]: path }) => (
          <div key={seed} className={classes.picture}>
            {path !== undefined && (
              <Picture src={demoAddress(run, path)} alt={text.drawn(text[when], prompt, seed)} />
            )}
          </div>
        ))}
      </div>
    </div>
  );
}
