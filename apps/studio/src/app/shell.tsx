/** @file The frame of every page: where one can go, the language and the light. */

import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  NavLink,
  ScrollArea,
  Text,
  Tooltip,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import {
  Brush,
  ChartSpline,
  Columns2,
  GraduationCap,
  House,
  Images,
  Languages,
  LibraryBig,
  ListTodo,
  type LucideIcon,
  Moon,
  Sun,
} from "lucide-react";
import { useLanguage, useText } from "../messages/language.js";
import classes from "./shell.module.css";
import { useChanges } from "./use-changes.js";

const places: readonly {
  readonly to: string;
  readonly name: PlaceName;
  readonly icon: LucideIcon;
}[] = [
  { to: "/", name: "start", icon: House },
  { to: "/pictures", name: "pictures", icon: Images },
  { to: "/train", name: "train", icon: GraduationCap },
  { to: "/runs", name: "runs", icon: ChartSpline },
  { to: "/compare", name: "compare", icon: Columns2 },
  { to: "/draw", name: "draw", icon: Brush },
  { to: "/library", name: "library", icon: LibraryBig },
  { to: "/queue", name: "queue", icon: ListTodo },
];

/** A page that the navigation names. */
export type PlaceName =
  | "start"
  | "pictures"
  | "train"
  | "runs"
  | "compare"
  | "draw"
  | "library"
  | "queue";

/** The frame with the page that the address names. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure();
  const { shell: text } = useText();
  useChanges();
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 200, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding="lg"
      transitionDuration={120}
    >
      <a className={classes.skip} href="#content">
        {text.skip}
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={text.menu}
            />
            <img src="/icon.svg" alt="" width={24} height={24} />
            <Text fw={650}>Atelier</Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <LanguageSwitch />
            <LightSwitch />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} p="xs">
        <ScrollArea component="nav" aria-label={text.navigation}>
          <Places onGo={close} />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content">
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function Places({ onGo }: { readonly onGo: () => void }) {
  const { shell: text } = useText();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return places.map(({ to, name, icon: Icon }) => {
    const isHere = to === "/" ? path === to : path.startsWith(to);
    return (
      <NavLink
        key={to}
        renderRoot={(props) => <Link to={to} {...props} />}
        onClick={onGo}
        active={isHere}
        {...(isHere && { "aria-current": "page" as const })}
        label={text.places[name]}
        leftSection={<Icon size={18} aria-hidden />}
        className={classes.place}
      />
    );
  });
}

function LanguageSwitch() {
  const { language, choose } = useLanguage();
  const { shell: text } = useText();
  return (
    <Tooltip label={text.otherLanguage}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={text.otherLanguage}
        onClick={() => choose(language === "ko" ? "en" : "ko")}
      >
        <Languages size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function LightSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { shell: text } = useText();
  const isDark =
    colorScheme === "dark" ||
    (colorScheme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  const label = isDark ? text.light : text.dark;
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={() => setColorScheme(isDark ? "light" : "dark")}
      >
        {isDark ? <Sun size={18} aria-hidden /> : <Moon size={18} aria-hidden />}
      </ActionIcon>
    </Tooltip>
  );
}
