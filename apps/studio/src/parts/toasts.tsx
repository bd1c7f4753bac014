/** @file Short messages at the edge of the page, some with a way back. */

import { Button, CloseButton, Group, Paper, Stack, Text } from "@mantine/core";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
} from "react";
import { useText } from "../messages/language.js";
import classes from "./toasts.module.css";
import { useErrorText } from "./use-error-text.js";

/** A message. */
export interface Toast {
  readonly message: string;
  readonly isProblem?: boolean;
  /** Something to do about it, such as to take it back. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

interface ToastState {
  readonly tell: (toast: Toast) => void;
  /** Tells an error in the language of the page. */
  readonly tellError: (error: unknown) => void;
}

const Context = createContext<ToastState | undefined>(undefined);
/** Long enough to read a sentence and to reach a button. */
const shownMs = 8_000;

/** How to tell something. */
export function useToasts(): ToastState {
  const state = useContext(Context);
  if (state === undefined) throw new Error("internal: nothing shows messages here.");
  return state;
}

/** Shows messages above what is inside. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const { common: text } = useText();
  const errorText = useErrorText();
  const [shown, setShown] = useState<readonly (Toast & { readonly id: number })[]>([]);
  const next = useRef(0);
  const close = useCallback((id: number) => {
    setShown((all) => all.filter((toast) => toast.id !== id));
  }, []);
  const tell = useCallback(
    (toast: Toast) => {
      const id = next.current++;
      setShown((all) => [...all.slice(-3), { ...toast, id }]);
      // Problems stay until they are closed.
      if (toast.isProblem !== true) setTimeout(() => close(id), shownMs);
    },
    [close],
  );
  const state = useMemo<ToastState>(
    () => ({
      tell,
      tellError: (error) => tell({ message: errorText(error), isProblem: true }),
    }),
    [tell, errorText],
  );
  return (
    <Context value={state}>
      {children}
      <Stack className={classes.toasts} gap="xs" role="status" aria-live="polite">
        {shown.map(({ id, message, isProblem, action }) => (
          <Paper
            key={id}
            withBorder
            shadow="md"
            p="sm"
            className={isProblem ? classes.problem : ""}
          >
            <Group wrap="nowrap" gap="sm" align="flex-start">
              <Text size="sm" className={classes.message}>
                {message}
              </Text>
              {action && (
                <Button
                  size="compact-sm"
                  variant="light"
                  onClick={() => {
                    action.run();
                    close(id);
                  }}
                >
                  {action.label}
                </Button>
              )}
              <CloseButton size="sm" aria-label={text.close} onClick={() => close(id)} />
            </Group>
          </Paper>
        ))}
      </Stack>
    </Context>
  );
}
