/** @file A connection that only listens, and comes back when it breaks. */

import pg from "pg";

const retryMs = 1_000;

/**
 * Listens on a channel of PostgreSQL. While the connection is away, messages are lost.
 * @returns ends it
 */
export async function listenOn(
  settings: pg.ClientConfig,
  channel: string,
  onMessage: (payload: string) => void,
): Promise<() => Promise<void>> {
  let isOver = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  const again = (broken: pg.Client): void => {
    if (isOver || client !== broken) return;
    client = undefined;
    broken.end().catch(() => {});
    timer = setTimeout(() => void connect().catch(() => {}), retryMs);
  };
  const connect = async (): Promise<void> => {
    const next = new pg.Client({ ...settings, keepAlive: true });
    client = next;
    next.on("error", () => again(next));
    next.on("end", () => again(next));
    next.on("notification", ({ payload = "" }) => onMessage(payload));
    try {
      await next.connect();
      await next.query(`listen "${channel}"`);
    } catch (error) {
      again(next);
      throw error;
    }
  };

  await connect();
  return async () => {
    isOver = true;
    clearTimeout(timer);
    await client?.end();
  };
}
