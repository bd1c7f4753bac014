/** @file What a browser without the cookie is told, with a place to put the key in. */

import { callRoute, routes } from "@atelier/server/api";
import { Button, Paper, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { ownServer } from "../app/use-route.js";
import { useText } from "../messages/language.js";

/** Asks for the key. */
export function SignInNotice() {
  const { shell } = useText();
  const text = shell.signIn;
  const [key, setKey] = useState("");
  const [isWrong, setWrong] = useState(false);
  const open = async (): Promise<void> => {
    try {
      await callRoute(ownServer, routes.session.open, { body: { key: key.trim() } });
      location.reload();
    } catch {
      setWrong(true);
    }
  };
  return (
    <Stack component="main" align="center" justify="center" mih="100vh" p="md">
      <Paper withBorder p="xl" maw={480}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void open();
          }}
        >
          <Stack>
            <Title order={1} size="h3">
              {text.title}
            </Title>
            <Text>{text.body}</Text>
            <TextInput
              label={text.key}
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              error={isWrong ? text.wrong : undefined}
              autoComplete="off"
            />
            <Button type="submit" disabled={key.trim() === ""}>
              {text.open}
            </Button>
          </Stack>
        </form>
      </Paper>
    </Stack>
  );
}
