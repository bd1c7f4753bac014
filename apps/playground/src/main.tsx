/** @file The page; where a server does not isolate it, a service worker does, and the page is loaded once more. */

import "./page/page.css";
import { createRoot } from "react-dom/client";
import { App } from "./page/app.js";

const root = document.getElementById("root");
if (root === null) throw new Error("internal: the page has no element #root.");
await isolate();
createRoot(root).render(<App />);

/** Threads come with isolation; without either the page works, slower. */
async function isolate(): Promise<void> {
  if (crossOriginIsolated || !("serviceWorker" in navigator)) return;
  const once = "atelier-isolating";
  try {
    await navigator.serviceWorker.register("./isolate.js");
    await navigator.serviceWorker.ready;
    if (sessionStorage.getItem(once) !== null) return;
    sessionStorage.setItem(once, "1");
    location.reload();
    // Nothing is shown of a page that is about to be loaded again.
    await new Promise(() => {});
  } catch {
    // Private windows and plain http have no service workers.
  }
}
