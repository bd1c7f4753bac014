/** @file The page's uploads: one list for as long as the page is open, whichever part of it is shown. */

import type { Item } from "@atelier/server/api";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { useText } from "../../messages/language.js";
import { useToasts } from "../../parts/toasts.js";
import { createItemUploads } from "./item-uploads.js";
import { uploadItem } from "./upload-item.js";

const listeners = new Set<(item: Item) => void>();
const uploads = createItemUploads({
  post: uploadItem,
  onAdded: (item) => {
    for (const listener of listeners) listener(item);
  },
});

// A browser that is closed loses what it has not sent.
addEventListener("beforeunload", (event) => {
  if (uploads.all().some(({ state }) => state !== "failed")) event.preventDefault();
});

/** Files on their way; what arrives is told. */
export function useItemUploads() {
  const { library: text } = useText();
  const { tell } = useToasts();
  const client = useQueryClient();
  useEffect(() => {
    const listener = ({ name }: Item): void => {
      void client.invalidateQueries({ queryKey: ["api", "items"] });
      tell({ message: text.add.added(name) });
    };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, [client, tell, text]);
  const all = useSyncExternalStore(uploads.subscribe, uploads.all);
  const send = (files: readonly File[]): void => {
    const isTaken = ({ name }: File): boolean => /\.safetensors$/i.test(name);
    for (const { name } of files.filter((file) => !isTaken(file))) {
      tell({ message: text.add.refused(name), isProblem: true });
    }
    uploads.send(files.filter(isTaken));
  };
  return { all, send, retry: uploads.retry, stop: uploads.stop } as const;
}
