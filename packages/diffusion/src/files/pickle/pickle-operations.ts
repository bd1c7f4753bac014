/**
 * @file The operations of pickles, protocols 2 to 5, by their byte (Python's `pickletools` lists
 * them). Those of protocols 0 and 1 that PyTorch never writes are left out, and so are buffers
 * outside the pickle and the registry of extensions.
 */

import { checkGlobal } from "./pickle-globals.js";
import { type PickleMachine, pickleLimits } from "./pickle-machine.js";
import { asKind, describeValue, type PickleValue } from "./pickle-value.js";

/** What one operation does to the machine. */
export type PickleOperation = (machine: PickleMachine) => void;

/** Operations by their byte; `.` (0x2e), the end, is left to the caller. */
export const pickleOperations: ReadonlyMap<number, PickleOperation> = new Map([
  ...table({
    80: ({ cursor }) => requireProtocol(cursor.unsigned(1)),
    95: ({ cursor }) => void cursor.unsigned(8),
    "4e": ({ push }) => push(null),
    88: ({ push }) => push(true),
    89: ({ push }) => push(false),
    "4a": ({ push, cursor }) => push(cursor.int32()),
    "4b": ({ push, cursor }) => push(cursor.unsigned(1)),
    "4d": ({ push, cursor }) => push(cursor.unsigned(2)),
    "8a": (machine) => pushInteger(machine, machine.cursor.unsigned(1)),
    "8b": (machine) => pushInteger(machine, machine.cursor.unsigned(4)),
    47: ({ push, cursor }) => push(cursor.float64()),
  }),
  // Text and bytes with their length in one, four or eight bytes.
  ...table({
    "8c": (machine) => pushText(machine, machine.cursor.unsigned(1)),
    58: (machine) => pushText(machine, machine.cursor.unsigned(4)),
    "8d": (machine) => pushText(machine, machine.cursor.unsigned(8)),
    55: (machine) => pushText(machine, machine.cursor.unsigned(1), "latin1"),
    54: (machine) => pushText(machine, machine.cursor.unsigned(4), "latin1"),
    43: (machine) => pushBytes(machine, machine.cursor.unsigned(1)),
    42: (machine) => pushBytes(machine, machine.cursor.unsigned(4)),
    "8e": (machine) => pushBytes(machine, machine.cursor.unsigned(8)),
  }),
  // The stack and the memo.
  ...table({
    28: ({ mark }) => mark(),
    30: ({ pop }) => void pop(),
    31: ({ popMark }) => void popMark(),
    32: ({ push, top }) => push(top()),
    71: (machine) => remember(machine, machine.cursor.unsigned(1)),
    72: (machine) => remember(machine, machine.cursor.unsigned(4)),
    94: (machine) => remember(machine, machine.memo.size),
    68: (machine) => recall(machine, machine.cursor.unsigned(1)),
    "6a": (machine) => recall(machine, machine.cursor.unsigned(4)),
  }),
  // Containers. Sets hold no tensors, so that their name is enough.
  ...table({
    "5d": ({ push }) => push({ kind: "list", items: [] }),
    "6c": ({ push, popMark }) => push({ kind: "list", items: popMark() }),
    29: ({ push }) => push({ kind: "tuple", items: [] }),
    74: ({ push, popMark }) => push({ kind: "tuple", items: popMark() }),
    85: (machine) => pushTuple(machine, 1),
    86: (machine) => pushTuple(machine, 2),
    87: (machine) => pushTuple(machine, 3),
    "7d": ({ push }) => push({ kind: "dict", entries: new Map() }),
    64: ({ push, popMark }) => push({ kind: "dict", entries: toMap(popMark()) }),
    "8f": ({ push }) => push({ kind: "opaque", name: "builtins.set" }),
    91: ({ push, popMark }) => {
      popMark();
      push({ kind: "opaque", name: "builtins.frozenset" });
    },
    61: (machine) => append(machine, [machine.pop()]),
    65: (machine) => append(machine, machine.popMark()),
    90: ({ popMark }) => void popMark(),
    73: (machine) => {
      const value = machine.pop();
      setItems(machine, [machine.pop(), value]);
    },
    75: (machine) => setItems(machine, machine.popMark()),
  }),
  // Names, calls and objects.
  ...table({
    63: ({ push, cursor }) => {
      const module = cursor.line(pickleLimits.nameBytes);
      push({ kind: "global", name: checkGlobal(module, cursor.line(pickleLimits.nameBytes)) });
    },
    93: ({ push, pop }) => {
      const name = pop();
      const module = pop();
      if (typeof name !== "string" || typeof module !== "string") {
        throw new SyntaxError(`expected the name of a class, got ${describeValue(name)}`);
      }
      push({ kind: "global", name: checkGlobal(module, name) });
    },
    51: ({ push, pop, host }) => push(host.resolve(pop())),
    52: construct,
    81: construct,
    92: (machine) => {
      machine.pop(); // keyword arguments
      construct(machine);
    },
    62: ({ pop, top }) => {
      const state = pop();
      const object = asKind(top(), "opaque");
      if (object !== undefined) object.state = state;
    },
  }),
]);

/** Keys are the bytes in hexadecimal, as the documentation of the format has them. */
function table(operations: Readonly<Record<string, PickleOperation>>): [number, PickleOperation][] {
  return Object.entries(operations).map(([byte, operation]) => [
    Number.parseInt(byte, 16),
    operation,
  ]);
}

function requireProtocol(version: number): void {
  if (version >= 2 && version <= 5) return;
  throw new SyntaxError(`expected protocol 2 to 5, got ${version}`);
}

function pushInteger({ push, cursor }: PickleMachine, length: number): void {
  if (length > pickleLimits.integerBytes) {
    throw new SyntaxError(
      `expected an integer of at most ${pickleLimits.integerBytes} bytes, got ${length}`,
    );
  }
  let value = 0n;
  const bytes = cursor.take(length);
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  value = BigInt.asIntN(8 * length, value);
  const number = Number(value);
  push(Number.isSafeInteger(number) ? number : value);
}

function pushText(
  { push, cursor }: PickleMachine,
  length: number,
  encoding?: "utf8" | "latin1",
): void {
  requireShort(length);
  push(cursor.text(length, encoding));
}

function pushBytes({ push, cursor }: PickleMachine, length: number): void {
  requireShort(length);
  push(cursor.take(length));
}

function requireShort(length: number): void {
  if (length <= pickleLimits.textBytes) return;
  throw new SyntaxError(`expected text of at most ${pickleLimits.textBytes} bytes, got ${length}`);
}

function remember({ memo, top }: PickleMachine, index: number): void {
  if (index >= pickleLimits.operations) {
    throw new SyntaxError(
      `expected at most ${pickleLimits.operations} remembered values, got number ${index}`,
    );
  }
  memo.set(index, top());
}

function recall({ memo, push }: PickleMachine, index: number): void {
  const value = memo.get(index);
  if (value === undefined) throw new SyntaxError(`expected a remembered value ${index}, got none`);
  push(value);
}

function pushTuple({ push, pop }: PickleMachine, length: number): void {
  const items = Array.from({ length }, pop);
  push({ kind: "tuple", items: items.reverse() });
}

function append({ top }: PickleMachine, items: readonly PickleValue[]): void {
  const list = top();
  const target = asKind(list, "list")?.items;
  // Objects of unknown classes that act as lists stay unknown.
  if (target !== undefined) for (const item of items) target.push(item);
  else if (asKind(list, "opaque") === undefined) {
    throw new SyntaxError(`expected a list to append to, got ${describeValue(list)}`);
  }
}

function setItems({ top }: PickleMachine, flat: readonly PickleValue[]): void {
  const dict = top();
  const target = asKind(dict, "dict")?.entries;
  const added = toMap(flat);
  if (target !== undefined) for (const [key, value] of added) target.set(key, value);
  else if (asKind(dict, "opaque") === undefined) {
    throw new SyntaxError(`expected a dict to add to, got ${describeValue(dict)}`);
  }
}

function toMap(flat: readonly PickleValue[]): Map<PickleValue, PickleValue> {
  if (flat.length % 2 !== 0) throw new SyntaxError("expected keys with values, got a key alone");
  const entries = new Map<PickleValue, PickleValue>();
  for (let i = 0; i < flat.length; i += 2) entries.set(flat[i] ?? null, flat[i + 1] ?? null);
  return entries;
}

function construct({ push, pop, host }: PickleMachine): void {
  const args = pop();
  const callable = pop();
  const list = asKind(args, "tuple");
  if (list === undefined) throw new SyntaxError(`expected arguments, got ${describeValue(args)}`);
  const name = asKind(callable, "global")?.name ?? asKind(callable, "opaque")?.name;
  if (name === undefined) {
    throw new SyntaxError(`expected a class or function, got ${describeValue(callable)}`);
  }
  push(host.construct(name, list.items));
}
