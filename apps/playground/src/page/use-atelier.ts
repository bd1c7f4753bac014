/** @file The worker, as the page talks with it. */

import { useCallback, useEffect, useReducer, useRef } from "react";
import type { Answer, Request } from "../worker/protocol.js";
import { type AtelierState, firstState, nextState } from "./atelier-state.js";

/** What the page knows, and how it asks. */
export interface Atelier {
  readonly state: AtelierState;
  readonly ask: (request: Request) => void;
}

/** Starts the worker with the page. */
export function useAtelier(): Atelier {
  const [state, dispatch] = useReducer(nextState, firstState);
  const worker = useRef<Worker | undefined>(undefined);
  useEffect(() => {
    const own = new Worker(new URL("../worker/worker.ts", import.meta.url), { type: "module" });
    own.onmessage = ({ data }: MessageEvent<Answer>) => dispatch({ answer: data });
    own.onerror = ({ message }) => dispatch({ broke: message });
    worker.current = own;
    return () => own.terminate();
  }, []);
  const ask = useCallback((request: Request) => {
    dispatch({ asked: request });
    worker.current?.postMessage(request);
  }, []);
  return { state, ask };
}
