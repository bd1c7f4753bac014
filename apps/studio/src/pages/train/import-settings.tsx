/** @file Settings of other trainers: pasted, dropped or chosen, read by the server, shown with what is left out. */

import { type AnswerOf, routes } from "@atelier/server/api";
import { Alert, Button, FileButton, Group, List, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useChange } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { DropVeil } from "../../parts/drop-veil.js";
import { useToasts } from "../../parts/toasts.js";
import { useErrorText, useProblemText } from "../../parts/use-error-text.js";
import { usePageDrop } from "../../parts/use-page-drop.js";
import { useDesk } from "./desk.js";
import { DialogButton } from "./dialog-button.js";
import { formOfConfig } from "./form-of-config.js";

type Imported = AnswerOf<typeof routes.library.importSettings.answer>;

/** As the API takes settings. */
const mostBytes = 1_000_000;

/** The button and its dialog. */
export function ImportSettings() {
  const { train } = useText();
  const { import: text } = train;
  return (
    <DialogButton label={text.open} title={text.title}>
      {(close) => <ImportForm onDone={close} />}
    </DialogButton>
  );
}

function ImportForm({ onDone }: { readonly onDone: () => void }) {
  const { form, change, facts } = useDesk();
  const { train } = useText();
  const { import: text } = train;
  const errorText = useErrorText();
  const { tell } = useToasts();
  const [pasted, setPasted] = useState("");
  const [isTooLarge, setTooLarge] = useState(false);
  const read = useChange(routes.library.importSettings);
  const ask = (settings: string, name: string): void =>
    read.mutate({ body: { text: settings, name } });
  const takeFile = async (file: File | null | undefined): Promise<void> => {
    setTooLarge(file !== null && file !== undefined && file.size > mostBytes);
    if (file === null || file === undefined || file.size > mostBytes) return;
    const settings = await file.text();
    setPasted(settings);
    ask(settings, file.name);
  };
  const isOver = usePageDrop(([file]) => void takeFile(file));
  const take = ({ config }: Imported): void => {
    change(formOfConfig(config, { fields: facts.fields, datasets: facts.datasets, begun: form }));
    tell({ message: text.taken });
    onDone();
  };
  return (
    <Stack>
      <Text size="sm">{text.about}</Text>
      <Textarea
        label={text.text}
        autosize
        minRows={6}
        maxRows={14}
        value={pasted}
        spellCheck={false}
        onChange={({ currentTarget: { value } }) => {
          setPasted(value);
          read.reset();
        }}
        styles={{ input: { fontFamily: "monospace" } }}
      />
      {isTooLarge && <Alert color="orange">{text.tooLarge}</Alert>}
      {read.isError && <Alert color="orange">{errorText(read.error)}</Alert>}
      {read.data !== undefined && <ImportResult imported={read.data} />}
      <Group gap="xs">
        {read.data === undefined ? (
          <Button
            disabled={pasted.trim() === ""}
            loading={read.isPending}
            onClick={() => ask(pasted, "pasted.txt")}
          >
            {text.read}
          </Button>
        ) : (
          <Button onClick={() => take(read.data)}>{text.take}</Button>
        )}
        <FileButton onChange={(file) => void takeFile(file)}>
          {(props) => (
            <Button variant="default" {...props}>
              {text.file}
            </Button>
          )}
        </FileButton>
      </Group>
      <DropVeil isShown={isOver} label={text.drop} />
    </Stack>
  );
}

function ImportResult({ imported: { format, notes } }: { readonly imported: Imported }) {
  const { import: text } = useText().train;
  const noteText = useProblemText();
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">
        {text.from(format)} {text.left(notes.length)}
      </Text>
      {notes.length > 0 && (
        <List size="sm" spacing={4} style={{ maxHeight: 240, overflowY: "auto" }}>
          {notes.map((note) => (
            <List.Item key={`${note.setting} ${note.message}`}>
              <Text span ff="monospace" size="sm">
                {note.setting}
              </Text>
              {": "}
              {noteText(note)}
            </List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}
