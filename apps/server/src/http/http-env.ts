/** @file What every handler of the server finds beside its request. */

import type { HttpBindings } from "@hono/node-server";

/** Of Hono: what the adapter brings, and what comes first sets. */
export interface HttpEnv {
  Bindings: HttpBindings;
  Variables: {
    /** Where the request came from. */
    address: string;
  };
}
