/** @file Sessions and the server's state, as routes answer them. */

import type { sessionRoutes } from "../api/session.js";
import type { Handler, Handlers } from "./bind-route.js";
import { checkKey, type Guard } from "./security.js";

type Routes = typeof sessionRoutes;

/** What a browser's session begins and ends with. */
export function sessionHandlers(
  guard: Guard,
  rest: {
    readonly status: Handler<Routes["status"]>;
    readonly changes: Handler<Routes["changes"]>;
  },
): Handlers<Routes> {
  return {
    open: ({ body, request, address, answerHeaders }) => {
      checkKey(body.key, address, guard);
      const isSecure = request.headers.get("origin")?.startsWith("https:") ?? false;
      answerHeaders.append("set-cookie", guard.sessions.open(isSecure));
      return undefined;
    },
    close: ({ request, answerHeaders }) => {
      const cookies = request.headers.get("cookie") ?? "";
      answerHeaders.append("set-cookie", guard.sessions.close(cookies));
      return undefined;
    },
    ...rest,
  };
}
