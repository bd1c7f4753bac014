/** @file Sources: their names are given by the graph's interface, so only constants write anything. */

import type { SourceAttributes } from "../../graph/op-attributes.js";
import type { Lowerings } from "../lowering.js";

/** The ONNX name of a graph input. */
export const inputName = (name: string): string => `input:${name}`;
/** The ONNX name of a weight. */
export const parameterName = (name: string): string => `parameter:${name}`;

export const sourceLowerings: Lowerings<keyof SourceAttributes> = {
  input: ({ attributes }) => inputName(attributes.name),
  parameter: ({ attributes }) => parameterName(attributes.name),
  constant: ({ attributes }, context) => context.constant(attributes.value),
};
