/** @file From the library's functions to handlers of routes: files that they hand out become responses. */

import type { Route } from "../api/route.js";
import type { LibraryFile } from "../library/folder/library-file.js";
import type { RouteMethods } from "../library/folder/route-methods.js";
import type { Call, Handlers } from "./bind-route.js";
import { type FileAnswerOptions, fileAnswer } from "./file-answers.js";

/** Of a route: how its files are answered. */
export type FileOptions = (route: Route, call: Call<Route>) => FileAnswerOptions;

/** Handlers of a subject's routes. */
export function methodHandlers<Subject extends Readonly<Record<string, Route>>>(
  subject: Subject,
  methods: RouteMethods<Subject>,
  fileOptions: FileOptions,
): Handlers<Subject> {
  const handlers = Object.entries(subject).map(([name, route]) => {
    // Sound: each function takes what its route's schemas give, which is what a call holds.
    const method = methods[name] as (call: Call<Route>) => Promise<unknown>;
    return [
      name,
      async (call: Call<Route>): Promise<unknown> => {
        const given = await method(call);
        // Sound: so say the types of functions whose routes answer files.
        if (route.answer !== "file") return given;
        return fileAnswer(call.request, given as LibraryFile, fileOptions(route, call));
      },
    ];
  });
  // Sound: there is one for each route, of what its function gives.
  return Object.fromEntries(handlers) as Handlers<Subject>;
}
