/** @file The worker, as the page talks with it. */

import { useCallback, useEffect, useReducer, useRef } from "react";
import type { Answer, Request } from "../worker/protocol.js";
import { type AtelierState, firstState, nextState } from "./atelier-state.js";

/** What the page knows, and how it asks. */
export interface Atelier {
  readonly state: AtelierState;
  readonly ask: (request: Request) => void;
}

/** Starts the worker with the page, and another one on the processor where the graphics card is lost. */
export function useAtelier(): Atelier {
  const [state, dispatch] = useReducer(nextState, firstState);
  const worker = useRef<Worker | undefined>(undefined);
  const ask = useCallback((request: Request) => {
    dispatch({ asked: request });
    worker.current?.postMessage(request);
  }, []);
  useEffect(() => {
    const start = (): void => {
      const own = new Worker(new URL("../worker/worker.ts", import.meta.url), { type: "module" });
      worker.current = own;
      own.onerror = ({ message }) => dispatch({ broke: message });
      own.onmessage = ({ data }: MessageEvent<Answer>) => {
        dispatch({ answer: data });
        if (data.type !== "lost") return;
        // Nothing that it has begun on the card ever ends.
        own.terminate();
        start();
        ask({ type: "open", device: "processor" });
      };
    };
    start();
    return () => worker.current?.terminate();
  }, [ask]);
  return { state, ask };
}
