/** @file A turn of the event loop: what the page has sent is heard then. */

/** Resolves after what waits has been done; unlike a timer it is not slowed in tabs that nobody looks at. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
