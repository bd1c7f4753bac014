/**
 * @file The values that live from step to step: parameters, optimizer state and gradient sums, one
 * flat vector per group. A step reads one set of vectors and writes another; then they swap.
 */

import { AtelierError } from "../errors.js";
import type { NodeOf } from "../graph/node.js";
import type { TensorMap } from "../runtime/runtime.js";
import { sameShape, sizeOf } from "../shape.js";
import { type FloatTensor, floatTensor } from "../tensor.js";
import type { Optimizer } from "./optimizer.js";
import { groupParameters, type ParameterGroup } from "./parameter-groups.js";
import { stateNames } from "./training-graph.js";

/** Everything that a training step changes. */
export interface TrainingState {
  /** The vectors of the given names, and every parameter as a view into its group. */
  read(accepts: (name: string) => boolean): TensorMap;
  /** Where a run writes the next values of some vectors. */
  targets(names: readonly string[]): TensorMap;
  /** Makes what was written the current values. */
  swap(names: readonly string[]): void;
  /** Sets vectors to zero. */
  clear(names: readonly string[]): void;
  /** Parameters by name and their optimizer state by slot and name, copied. */
  readonly export: () => ReadonlyMap<string, FloatTensor>;
  /** @throws AtelierError `training` for a tensor that belongs to no parameter or is misshapen. */
  import(tensors: ReadonlyMap<string, FloatTensor>): void;
  /** Names of vectors that the update writes. */
  readonly updated: readonly string[];
  /** Names of gradient sums; none without accumulation. */
  readonly accumulators: readonly string[];
}

/** A parameter's place in the vectors of its group. */
interface Place {
  readonly node: NodeOf<"parameter">;
  readonly group: ParameterGroup;
  readonly offset: number;
}

/** A state with the given first values and zeros for the rest. */
export function createTrainingState(
  parameters: readonly NodeOf<"parameter">[],
  optimizer: Optimizer,
  { initial, accumulates }: { initial: ReadonlyMap<string, FloatTensor>; accumulates: boolean },
): TrainingState {
  const groups = groupParameters(parameters, optimizer.kindOf);
  const places = groups.flatMap(placesOf);
  const byName = new Map(places.map((place) => [place.node.attributes.name, place]));
  const updated = groups.flatMap(({ name }) => [
    stateNames.values(name),
    ...optimizer.slots.map((slot) => stateNames.slot(slot, name)),
  ]);
  const accumulators = accumulates ? groups.map(({ name }) => stateNames.accumulator(name)) : [];
  const sizes = new Map(
    groups.flatMap((group) =>
      [...updated, ...accumulators]
        .filter((name) => name.endsWith(`:${group.name}`))
        .map((name) => [name, group.size] as const),
    ),
  );
  const allocate = (): Map<string, FloatTensor> =>
    new Map([...sizes].map(([name, size]) => [name, floatTensor(new Float32Array(size), [size])]));
  const current = allocate();
  const spare = allocate();

  const view = (vector: string, { node, offset }: Place): FloatTensor => {
    const size = sizeOf(node.shape);
    const data = current.get(vector)?.data.subarray(offset, offset + size);
    return floatTensor(data ?? new Float32Array(size), node.shape);
  };
  /** Every tensor of the public form: its name and where it lies. */
  const entries = places.flatMap((place) => {
    const { name } = place.node.attributes;
    const slots = optimizer.slots.map((slot) => ({
      name: stateNames.slot(slot, name),
      vector: stateNames.slot(slot, place.group.name),
      place,
    }));
    return [{ name, vector: stateNames.values(place.group.name), place }, ...slots];
  });
  const entryByName = new Map(entries.map((entry) => [entry.name, entry]));

  const state: TrainingState = {
    updated,
    accumulators,
    read(accepts) {
      const vectors = [...current].filter(([name]) => accepts(name));
      const views = places
        .filter(({ node }) => accepts(node.attributes.name))
        .map((place): [string, FloatTensor] => [
          place.node.attributes.name,
          view(stateNames.values(place.group.name), place),
        ]);
      return Object.fromEntries([...vectors, ...views]);
    },
    targets: (names) =>
      Object.fromEntries(
        names.flatMap((name) => {
          const tensor = spare.get(name);
          return tensor === undefined ? [] : [[stateNames.next(name), tensor] as const];
        }),
      ),
    swap(names) {
      for (const name of names) {
        const [old, fresh] = [current.get(name), spare.get(name)];
        if (old === undefined || fresh === undefined) continue;
        current.set(name, fresh);
        spare.set(name, old);
      }
    },
    clear(names) {
      for (const name of names) current.get(name)?.data.fill(0);
    },
    export: () =>
      new Map(
        entries.map(({ name, vector, place }) => {
          const { data, shape } = view(vector, place);
          return [name, floatTensor(data.slice(), shape)];
        }),
      ),
    import(tensors) {
      for (const [name, tensor] of tensors) {
        const entry = entryByName.get(name);
        if (entry === undefined || !sameShape(entry.place.node.shape, tensor.shape)) {
          throw new AtelierError(
            "training",
            `training state: expected tensors of the ${places.length} trained parameters, got "${name}" [${tensor.shape.join(", ")}]. The checkpoint belongs to another run.`,
          );
        }
        view(entry.vector, entry.place).data.set(tensor.data);
      }
    },
  };
  for (const name of byName.keys()) {
    if (initial.has(name)) continue;
    throw new AtelierError(
      "training",
      `training state: expected a first value of "${name}", got none.`,
    );
  }
  state.import(new Map([...initial].filter(([name]) => byName.has(name))));
  return state;
}

function placesOf(group: ParameterGroup): Place[] {
  let end = 0;
  return group.parameters.map((node) => {
    const offset = end;
    end += sizeOf(node.shape);
    return { node, group, offset };
  });
}
