/** @file Three ways on, as large quiet choices. */

import { Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Brush, GraduationCap, Images } from "lucide-react";
import { useText } from "../../messages/language.js";
import classes from "./start.module.css";

const ways = [
  { to: "/pictures", name: "pictures", icon: Images },
  { to: "/train", name: "train", icon: GraduationCap },
  { to: "/draw", name: "draw", icon: Brush },
] as const;

/** The choices. */
export function Ways() {
  const { start } = useText();
  const { ways: text } = start;
  return (
    <nav className={classes.ways} aria-label={text.label}>
      {ways.map(({ to, name, icon: Icon }) => (
        <Link key={to} to={to} className={classes.way}>
          <Stack gap="xs">
            <Icon size={24} strokeWidth={1.5} color="var(--accent-text)" aria-hidden />
            <Title order={2} size="h4">
              {text[name].title}
            </Title>
            <Text size="sm" c="var(--quiet)">
              {text[name].body}
            </Text>
          </Stack>
        </Link>
      ))}
    </nav>
  );
}
