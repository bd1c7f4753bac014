/**
 * @file Makes ONNX Runtime execute operators in the order in which they were written.
 *
 * ONNX Runtime goes depth first from the operators whose results nobody uses (the leaves), last in
 * the model first, and through the inputs of an operator likewise. In a model that is written last
 * to first this is the order of creation, except where a later value needs fewer steps back: a
 * recomputed activation is pulled in before the gradient that it is multiplied with, and a weight's
 * gradient waits for the update. Either would keep alive what recomputation is meant to free. Such
 * values get a leaf of their own, which pulls them in at their place.
 */

/** An operator as far as its place matters. */
export interface OrderedOperator {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * The positions of operators that need a leaf after them, ascending, for all to be executed in the
 * given order.
 */
export function findPins(operators: readonly OrderedOperator[]): number[] {
  const { sources, users } = connect(operators);
  const pins = new Set<number>();
  /** All operators before this one are executed, in order. */
  let next = 0;

  /** Executes a leaf and what it needs; whatever is left out on the way is pinned before it. */
  const pull = (leaf: number): void => {
    while (next <= leaf) {
      const { end, missed } = follow(leaf, next, sources);
      if (missed === undefined) {
        next = end;
        return;
      }
      for (let i = next; i < missed; i++) {
        const isPulledByLater = users[i]?.some((user) => user < missed);
        if (isPulledByLater === true) continue;
        if ((users[i]?.length ?? 0) > 0) pins.add(i);
        pull(i);
      }
    }
  };
  for (const [i, own] of users.entries()) if (own.length === 0) pull(i);
  return [...pins].sort((a, b) => a - b);
}

/** Positions of the operators that make the inputs of each, ascending, and of those that use it. */
function connect(operators: readonly OrderedOperator[]): {
  readonly sources: readonly (readonly number[])[];
  readonly users: readonly (readonly number[])[];
} {
  const makers = new Map<string, number>();
  const users: number[][] = operators.map(() => []);
  const sources = operators.map(({ inputs, outputs }, i) => {
    const found = new Set(inputs.flatMap((name) => makers.get(name) ?? []));
    for (const source of found) users[source]?.push(i);
    for (const name of outputs) if (name !== "") makers.set(name, i);
    return [...found].sort((a, b) => a - b);
  });
  return { sources, users };
}

/**
 * Follows ONNX Runtime from a leaf, where all operators before `start` are done: to the end, or to
 * the first operator that would be executed while one before it is `missed`.
 */
function follow(
  leaf: number,
  start: number,
  sources: readonly (readonly number[])[],
): { readonly end: number; readonly missed?: number } {
  let end = start;
  const entered = new Set<number>();
  const stack = [{ operator: leaf, isLeaving: false }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { operator, isLeaving } = top;
    if (isLeaving) {
      if (operator !== end) return { end, missed: operator };
      end++;
      continue;
    }
    if (operator < start || entered.has(operator)) continue;
    entered.add(operator);
    stack.push({ operator, isLeaving: true });
    for (const source of sources[operator]?.toReversed() ?? []) {
      if (source >= start) stack.push({ operator: source, isLeaving: false });
    }
  }
  return { end };
}
