/**
 * @file What a training keeps from step to step, before any memory is taken: the flat vectors that
 * graphs read and write, and the named tensors that people see in them.
 */

import { dtypes } from "../dtype.js";
import type { Shape } from "../shape.js";
import type { SlotDType } from "./optimizer.js";
import type { OptimizerOwner } from "./optimizer-groups.js";
import {
  type ParameterGroup,
  type ParameterPlace,
  slotPlace,
  slotSize,
} from "./parameter-groups.js";
import { planGroups, stateNames, type TrainingGraphOptions } from "./training-graph.js";

/** What a part of the state is for. */
export type StateRole = "values" | "optimizer" | "average" | "gradient";

/** A vector as graphs know it. */
export interface StateVector {
  readonly name: string;
  /** The group of parameters that it belongs to; an estimate belongs to none. */
  readonly group: string | undefined;
  readonly role: StateRole;
  readonly dtype: SlotDType;
  /** `[size]`, or `[]` for an estimate. */
  readonly shape: Shape;
  /** First values: a number throughout, or those of another vector. */
  readonly initial: number | { readonly copyOf: string };
  /** Whether a step writes it. */
  readonly isWritten: boolean;
}

/** A tensor of the state under its public name. */
export interface StateEntry {
  readonly name: string;
  readonly role: StateRole;
  readonly vector: string;
  /** Its first element in the vector. */
  readonly start: number;
  readonly shape: Shape;
  /** The parameter it belongs to; an estimate belongs to none. */
  readonly parameter: string | undefined;
}

/** All vectors and tensors of a training. */
export interface StateLayout {
  readonly vectors: readonly StateVector[];
  readonly entries: readonly StateEntry[];
}

/** What a layout follows from. */
export interface LayoutOptions
  extends Pick<
    TrainingGraphOptions,
    "optimizer" | "groups" | "parameters" | "accumulation" | "atOnce" | "mixedPrecision"
  > {
  /** Whether a moving average of the parameters is kept. */
  readonly hasAverage: boolean;
}

/** Lays a training's state out. @throws AtelierError `training` for groups that own nothing. */
export function stateLayout(options: LayoutOptions): StateLayout {
  const { hasAverage } = options;
  const { owners, groups } = planGroups(options);
  const parts = [
    ...groups.flatMap((group) => [valuesPart(group), ...slotParts(group)]),
    ...owners.flatMap(estimateParts),
    ...lossScaleParts(options),
    ...(hasAverage ? groups.map(averagePart) : []),
    ...groups.flatMap((group) => gradientParts(group, gradientSets(options))),
  ];
  return {
    vectors: parts.map(({ vector }) => vector),
    entries: parts.flatMap(({ entries }) => entries),
  };
}

/** How many sets of gradients a step writes: one for each run that is under way beside others. */
export function gradientSets({
  accumulation = 1,
  atOnce = 1,
}: Pick<LayoutOptions, "accumulation" | "atOnce">): number {
  return Math.min(accumulation, atOnce);
}

/** Bytes of a state by role, each vector once. */
export function stateBytes({ vectors }: StateLayout): Readonly<Record<StateRole, number>> {
  const bytes = { values: 0, optimizer: 0, average: 0, gradient: 0 };
  for (const { role, dtype, shape } of vectors) {
    bytes[role] += (shape[0] ?? 1) * dtypes[dtype].bytes;
  }
  return bytes;
}

/** A vector and the tensors in it. */
interface Part {
  readonly vector: StateVector;
  readonly entries: readonly StateEntry[];
}

function valuesPart(group: ParameterGroup): Part {
  const name = stateNames.values(group.name);
  const vector = { name, role: "values", dtype: "float32", initial: 0, isWritten: true } as const;
  return partOf(group, vector, (parameter) => parameter);
}

function averagePart(group: ParameterGroup): Part {
  const name = stateNames.average(group.name);
  const initial = { copyOf: stateNames.values(group.name) };
  const vector = { name, role: "average", dtype: "float32", initial, isWritten: false } as const;
  return partOf(group, vector, stateNames.average);
}

function gradientParts({ name: group, size }: ParameterGroup, sets: number): Part[] {
  return Array.from({ length: sets }, (_, set): Part => {
    const name = stateNames.gradient(group, set);
    const shape = [size];
    return {
      vector: {
        ...{ name, group, shape, initial: 0, isWritten: true },
        ...{ role: "gradient", dtype: "float32" },
      },
      entries: [],
    };
  });
}

function slotParts(group: ParameterGroup): Part[] {
  return group.optimizer.slots.map((slot) => {
    const { dtype = "float32", initial, isFixed = false } = slot;
    const vector = {
      name: stateNames.slot(slot.name, group.name),
      role: "optimizer",
      dtype,
      initial: initial === "parameter" ? { copyOf: stateNames.values(group.name) } : 0,
      isWritten: !isFixed,
    } as const;
    const placeOf = (place: ParameterPlace) => slotPlace(slot, place);
    const nameOf = (parameter: string) => stateNames.slot(slot.name, parameter);
    return partOf(group, vector, nameOf, { size: slotSize(slot, group), placeOf });
  });
}

function estimateParts({ optimizer, suffix }: OptimizerOwner): Part[] {
  return Object.entries(optimizer.estimation?.initial ?? {}).map(([estimate, initial]) =>
    scalarPart(stateNames.estimate(estimate, suffix), initial),
  );
}

function lossScaleParts({ mixedPrecision }: LayoutOptions): Part[] {
  if (mixedPrecision === undefined) return [];
  const { lossScale, lossScaleSteps } = stateNames;
  return [scalarPart(lossScale, mixedPrecision.initial), scalarPart(lossScaleSteps, 0)];
}

function scalarPart(name: string, initial: number): Part {
  const role = "optimizer";
  return {
    vector: {
      ...{ name, role, dtype: "float32", shape: [], initial, isWritten: true },
      group: undefined,
    },
    entries: [{ name, role, vector: name, start: 0, shape: [], parameter: undefined }],
  };
}

/** A vector of a group, with one tensor per parameter. */
function partOf(
  { name: group, parameters, size }: ParameterGroup,
  vector: Omit<StateVector, "shape" | "group">,
  nameOf: (parameter: string) => string,
  slot?: {
    readonly size: number;
    readonly placeOf: (place: ParameterPlace) => { start: number; shape: Shape };
  },
): Part {
  return {
    vector: { ...vector, group, shape: [slot?.size ?? size] },
    entries: parameters.map((place) => {
      const { name } = place.node.attributes;
      const { start, shape } = slot?.placeOf(place) ?? {
        start: place.offset,
        shape: place.node.shape,
      };
      const { role } = vector;
      return { name: nameOf(name), role, vector: vector.name, start, shape, parameter: name };
    }),
  };
}
