/** @file The stack machine that a pickle is a program for, with a bound on all that grows. */

import { type ByteCursor, createByteCursor } from "../byte-cursor.js";
import type { PickleValue } from "./pickle-value.js";

/** Bounds far above what checkpoints of diffusion models need, far below what hurts. */
export const pickleLimits = {
  /** Bytes of a whole pickle; that of SD 1.5 with its training state has about one million. */
  bytes: 33_554_432,
  operations: 2_000_000,
  /** Marks that are open at once: containers inside containers. */
  depth: 1000,
  textBytes: 1_048_576,
  integerBytes: 255,
  nameBytes: 255,
} as const;

/** What gives meaning to the names and outside references of a pickle. */
export interface PickleHost {
  /** The value of a class or function called with arguments. @throws SyntaxError for odd arguments. */
  construct(name: string, args: readonly PickleValue[]): PickleValue;
  /** The value that stands outside of the pickle. @throws SyntaxError for an unknown reference. */
  resolve(reference: PickleValue): PickleValue;
}

/** A pickle while it is read. */
export interface PickleMachine {
  readonly cursor: ByteCursor;
  readonly host: PickleHost;
  readonly memo: Map<number, PickleValue>;
  readonly push: (value: PickleValue) => void;
  /** @throws SyntaxError below the last mark. */
  readonly pop: () => PickleValue;
  /** The value on top, which stays. */
  readonly top: () => PickleValue;
  readonly mark: () => void;
  /** Takes all values above the last mark, and the mark. */
  readonly popMark: () => PickleValue[];
}

/** A machine before its first operation. */
export function createPickleMachine(
  bytes: Uint8Array,
  { host, start = 0 }: { readonly host: PickleHost; readonly start?: number },
): PickleMachine {
  const stack: PickleValue[] = [];
  const marks: number[] = [];
  const requireValue = (): void => {
    if (stack.length <= (marks.at(-1) ?? 0)) throw new SyntaxError("expected a value on the stack");
  };
  return {
    cursor: createByteCursor(bytes, start),
    host,
    memo: new Map(),
    push: (value) => void stack.push(value),
    pop() {
      requireValue();
      return stack.pop() ?? null;
    },
    top() {
      requireValue();
      return stack.at(-1) ?? null;
    },
    mark() {
      if (marks.length >= pickleLimits.depth) {
        throw new SyntaxError(`expected at most ${pickleLimits.depth} nested containers, got more`);
      }
      marks.push(stack.length);
    },
    popMark() {
      const mark = marks.pop();
      if (mark === undefined) throw new SyntaxError("expected a mark on the stack, got none");
      return stack.splice(mark);
    },
  };
}
