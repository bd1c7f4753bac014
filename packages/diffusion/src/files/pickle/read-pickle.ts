/**
 * @file Python's pickle format as data. A pickle is a program that can call anything; this reader
 * carries out the operations that build values, and leaves every call to its host, which knows a
 * few names of PyTorch and calls nothing.
 */

import { createPickleMachine, type PickleHost, pickleLimits } from "./pickle-machine.js";
import { pickleOperations } from "./pickle-operations.js";
import type { PickleValue } from "./pickle-value.js";

/** The byte that ends a pickle. */
const stop = 0x2e;

/** A value and where its pickle ends. */
export interface ReadPickle {
  readonly value: PickleValue;
  /** Position after the pickle's last byte. */
  readonly end: number;
}

/**
 * Reads the pickle at a position in bytes.
 * @throws SyntaxError for what is no pickle, cut off, too large, or names what only attacks name.
 */
export function readPickle(
  bytes: Uint8Array,
  options: { readonly host: PickleHost; readonly start?: number },
): ReadPickle {
  const machine = createPickleMachine(bytes, options);
  for (let done = 0; done < pickleLimits.operations; done++) {
    const at = machine.cursor.position;
    const code = machine.cursor.unsigned(1);
    if (code === stop) return { value: machine.pop(), end: machine.cursor.position };
    const operation = pickleOperations.get(code);
    if (operation === undefined) {
      throw new SyntaxError(
        `expected an operation that data needs at byte ${at}, got 0x${code.toString(16).padStart(2, "0")}`,
      );
    }
    operation(machine);
  }
  throw new SyntaxError(`expected at most ${pickleLimits.operations} operations, got more`);
}
