/** @file What should be in the picture and what should not, with the trigger words of what is drawn with. */

import { Button, Group, Stack, Text, Textarea, UnstyledButton } from "@mantine/core";
import { Check, Plus } from "lucide-react";
import { useRef } from "react";
import { useText } from "../../messages/language.js";
import classes from "./draw.module.css";
import { hasWord, insertWord } from "./insert-word.js";
import type { DrawForm } from "./use-draw-form.js";

/** Of the embedded base's own world; prompts are English in every language. */
export const examplePrompts = [
  "a large noto style robot on a white background",
  "a twemoji style car in a desert",
  "a noto style panda wearing a hat on an orange background",
] as const;

/** Most trigger words of one adapter that are offered. */
const mostTriggers = 6;

/** The prompts. */
export function PromptFields({ form }: { readonly form: DrawForm }) {
  const { draw } = useText();
  const { prompt: text } = draw;
  const { settings, change, read } = form;
  const area = useRef<HTMLTextAreaElement>(null);
  const insert = (word: string): void => {
    const { current } = area;
    if (current === null) return;
    const { value, selectionStart, selectionEnd } = current;
    const put = insertWord({ text: value, start: selectionStart, end: selectionEnd }, word);
    change({ prompt: put.text });
    // After the new text is in the field.
    requestAnimationFrame(() => {
      current.focus();
      current.setSelectionRange(put.start, put.end);
    });
  };
  const isMissing = "problems" in read && read.problems.prompt !== undefined;
  return (
    <Stack gap="sm">
      <Textarea
        ref={area}
        label={text.label}
        placeholder={text.placeholder}
        description={isMissing ? text.missing : undefined}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={settings.prompt}
        onChange={({ currentTarget: { value } }) => change({ prompt: value })}
        autosize
        minRows={4}
        maxRows={12}
        size="md"
        spellCheck={false}
      />
      <Triggers form={form} onInsert={insert} />
      {settings.base === "embedded" && settings.prompt === "" && (
        <Examples onChoose={(prompt) => change({ prompt })} />
      )}
      <Textarea
        label={text.negative}
        placeholder={text.negativePlaceholder}
        value={settings.negative}
        onChange={({ currentTarget: { value } }) => change({ negative: value })}
        autosize
        minRows={1}
        maxRows={6}
        spellCheck={false}
      />
    </Stack>
  );
}

function Triggers({
  form: { settings, items = [] },
  onInsert,
}: {
  readonly form: DrawForm;
  readonly onInsert: (word: string) => void;
}) {
  const { draw } = useText();
  const { prompt: text } = draw;
  const used = new Set([...settings.adapters.map(({ name }) => name), ...settings.words]);
  const words = new Set(
    items
      .filter(({ name }) => used.has(name))
      .flatMap(({ triggers }) => triggers.slice(0, mostTriggers)),
  );
  if (words.size === 0) return null;
  return (
    <Stack gap={4}>
      <Text size="xs" c="var(--quiet)">
        {text.triggers}
      </Text>
      <Group gap={4}>
        {[...words].map((word) => {
          const isSaid = hasWord(settings.prompt, word);
          const Icon = isSaid ? Check : Plus;
          return (
            <Button
              key={word}
              size="compact-sm"
              radius="xl"
              variant={isSaid ? "light" : "default"}
              fw={400}
              leftSection={<Icon size={14} aria-hidden />}
              aria-label={text.insert(word)}
              onClick={() => onInsert(word)}
            >
              {word}
            </Button>
          );
        })}
      </Group>
    </Stack>
  );
}

function Examples({ onChoose }: { readonly onChoose: (prompt: string) => void }) {
  const { draw } = useText();
  return (
    <Stack gap={0} align="flex-start">
      <Text size="xs" c="var(--quiet)">
        {draw.prompt.examples}
      </Text>
      {examplePrompts.map((prompt) => (
        <UnstyledButton
          key={prompt}
          className={classes.example}
          // Prompts are not put into another language by the browser.
          translate="no"
          onClick={() => onChoose(prompt)}
        >
          {prompt}
        </UnstyledButton>
      ))}
    </Stack>
  );
}
