/**
 * @file The pass that changes nothing but makes every node anew. Whatever holds for a graph must
 * hold for its copy, so tests run once more through it.
 */

import { rebuild } from "../graph/rebuild.js";
import { type Pass, rewrite } from "./pass.js";

/** Copies every node except inputs and parameters, whose identity names them. */
export const identity: Pass = (graph) =>
  rewrite(graph, (node) =>
    node.kind === "input" || node.kind === "parameter" ? node : rebuild(node, node.inputs),
  );
