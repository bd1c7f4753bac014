/** @file The form as a file for the command line. */

import { routes } from "@atelier/server/api";
import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";
import { configFileOf, tuneCommandOf } from "./config-file.js";
import { useDesk } from "./desk.js";
import { DialogButton } from "./dialog-button.js";
import classes from "./settings.module.css";

/** The button and its dialog. */
export function YamlView() {
  const { train } = useText();
  const { yaml: text } = train;
  return (
    <DialogButton label={text.open} title={text.title}>
      {() => <Yaml />}
    </DialogButton>
  );
}

function Yaml() {
  const { form, composed } = useDesk();
  const { train, common } = useText();
  const { yaml: text } = train;
  const { tell } = useToasts();
  const status = useRoute(routes.session.status, {});
  const library = status.data?.library ?? "";
  const file = configFileOf(form, composed, library);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(file);
      tell({ message: common.copied });
    } catch {
      tell({ message: text.failed, isProblem: true });
    }
  };
  return (
    <Stack>
      <Text size="sm">
        {form.isSearch ? `${text.tune}${tuneCommandOf(form, library)}` : text.about}
      </Text>
      <Code block className={classes.code ?? ""} tabIndex={0}>
        {file}
      </Code>
      <Group>
        <Button onClick={() => void copy()}>{common.copy}</Button>
      </Group>
    </Stack>
  );
}
