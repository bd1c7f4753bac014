/** @file Exchanges the key that the server printed for a cookie, and takes it out of the address. */

import { callRoute, ProblemError, routes } from "@atelier/server/api";
import { ownServer } from "./use-route.js";

/** Whether this browser may speak with the server. The key stands behind `#`, which is never sent. */
export async function signIn(): Promise<boolean> {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  try {
    if (key !== null) {
      history.replaceState(null, "", `${location.pathname}${location.search}`);
      await callRoute(ownServer, routes.session.open, { body: { key } });
    }
    await callRoute(ownServer, routes.session.status, {});
    return true;
  } catch (error) {
    // A server that cannot be reached is told by the page itself.
    return !(error instanceof ProblemError && [401, 403, 429].includes(error.status));
  }
}
