/** @file Sends a file to the library and tells how much of it has gone; `fetch` cannot. */

import { type Item, ProblemError, problem, routes } from "@atelier/server/api";

/** How a file is sent. */
export interface UploadOptions {
  readonly signal: AbortSignal;
  readonly onSent: (bytes: number) => void;
}

/** Sends it. @throws ProblemError where the server refuses it, TypeError where it cannot be reached. */
export function uploadItem(file: File, { signal, onSent }: UploadOptions): Promise<Item> {
  const { method, path, answer } = routes.library.add;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.upload.addEventListener("progress", ({ loaded }) => onSent(loaded));
    // As fetch does, so that both are told alike.
    request.addEventListener("error", () => reject(new TypeError("The server is not reached.")));
    request.addEventListener("abort", () => reject(new DOMException("Stopped", "AbortError")));
    request.addEventListener("load", () => {
      try {
        const told: unknown = JSON.parse(request.responseText);
        if (request.status < 300) resolve(answer.parse(told));
        else reject(new ProblemError(problem.parse(told), request.status));
      } catch {
        const message = `${request.status} ${request.statusText}`;
        reject(new ProblemError({ code: "http", message }, request.status));
      }
    });
    signal.addEventListener("abort", () => request.abort(), { once: true });
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}
