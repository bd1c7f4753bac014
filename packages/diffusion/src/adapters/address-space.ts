/** @file Whether there is address space for requests: Node reads answers with WebAssembly, and ends where that finds none. */

import { AtelierError } from "@atelier/engine";

/** @throws AtelierError `network` where too little is left for a memory of WebAssembly (`ulimit -v`). */
export function requireAddressSpace(): void {
  try {
    new WebAssembly.Memory({ initial: 1 });
  } catch (cause) {
    throw new AtelierError(
      "network",
      "hub: expected 10 GB of free address space, which Node reserves before it sends a request, got less. Raise the limit (`ulimit -v`), set NODE_OPTIONS=--disable-wasm-trap-handler, or use what is in the cache with HF_HUB_OFFLINE=1.",
      { cause },
    );
  }
}
