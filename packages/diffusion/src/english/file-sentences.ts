/** @file What is said of opened models, adapters and words. */

import { option } from "../core/option-words.js";
import type { SentencesOf, WarningParams } from "../core/warnings/warning.js";
import { counted, listed } from "./list.js";

/** By code. */
export const fileSentences: SentencesOf<"files"> = {
  "skipped-objects": ({ path, classes: { count, first } }) => {
    const more = count - first.length;
    const others = more > 0 ? ` and ${counted(more, "more class", "more classes")}` : "";
    return `${path}: objects of ${first.join(", ")}${others} were left out; only tensors, numbers and text are read, and nothing in the file was run.`;
  },
  "variant-fallback": ({ folder, variant }) =>
    `${folder}: has no ${variant} weights; its plain weights are used.`,
  "yaml-damaged": ({ path, problem }) => `${path}: is not read: ${problem}.`,
  "yaml-of-no-model": ({ path }) =>
    `${path}: is not read: it describes no model of Stable Diffusion.`,
  "yaml-parameterization": ({ path, got }) =>
    `${path}: is not read: expected eps, v or x0 as parameterization, got ${got}.`,
  "prediction-contradiction": ({ path, type, by, where, otherType, otherBy, otherWhere }) =>
    `${path}: ${teller(by, where)} says that it predicts ${type}, ${teller(otherBy, otherWhere)} says ${otherType}. The first counts; ${option("predictionType")} overrules both.`,
  "assumed-prediction": ({ path, type, reason }) => assumed(path, type, reasons[reason]),
  "assumed-by-tensor": ({ path, type, tensor }) =>
    assumed(path, type, `as goes with its tensor "${tensor}"`),
  "assumed-by-adapter": ({ path, type, adapter }) =>
    assumed(path, type, `which ${adapter} was trained on`),
  "unheeded-zero-snr": ({ path }) =>
    `${path}: is marked as trained up to pure noise, which says nothing to a model that predicts epsilon; its usual schedule is taken.`,
  "adapter-prediction": ({ path, trained, base }) =>
    `${path}: was trained on a model that predicts ${trained}; it is used with one that predicts ${base}. If that is wrong, say ${option("predictionType", trained)}.`,
  "adapter-zero-snr": ({ path }) =>
    `${path}: was trained on a schedule that ends in pure noise, which its base does not have. Draw with ${option("zeroTerminalSnr", true)} for the same.`,
  "word-left-out": ({ token, problem }) =>
    `The word ${JSON.stringify(token)} is left out: ${problem}`,
  "word-for-other-encoder": ({ path, tensors }) =>
    `${path}: ${listed(tensors)} ${tensors.count === 1 ? "is" : "are"} left out: vectors of a word for another encoder, or for an encoder's output, have no place in Stable Diffusion's prompts.`,
  "unused-vectors": ({ path, tensors }) =>
    `${path}: ${listed(tensors)} ${tensors.count === 1 ? "has" : "have"} no place in Stable Diffusion and ${tensors.count === 1 ? "was" : "were"} left out.`,
  "alpha-in-metadata": ({ path, alpha }) =>
    `${path}: its metadata says ss_network_alpha ${alpha}, which counts for nothing without alpha tensors, as in A1111, ComfyUI and diffusers.`,
  "bookkeeping-tensors": ({ path, count }) =>
    `${path}: ${counted(count, "tensor that a tool keeps for itself is", "tensors that a tool keeps for itself are")} left out.`,
};

function teller(by: WarningParams<"prediction-contradiction">["by"], where: string): string {
  if (by === "config") return "the config stored in it";
  return by === "tensor" ? `its tensor "${where}"` : where;
}

type Assumption = WarningParams<"assumed-prediction">;

function assumed(path: string, type: Assumption["type"], why: string): string {
  const other = type === "epsilon" ? "v_prediction" : "epsilon";
  return `${path}: does not say what it predicts; ${type} is assumed, ${why}. If that is wrong, so that pictures come out as noise or flat colour, say ${option("predictionType", other)}.`;
}

const reasons: { readonly [R in Assumption["reason"]]: string } = {
  sd1: "as for nearly all of SD 1.x",
  sdxl: "as for SDXL's own base",
  "sd2-768": "as for SD 2.x at 768 pixels",
  "sd2-special": "as for SD 2's models for inpainting, depth and upscaling",
  "sd2-norm-768": "since a norm of it is like that of SD 2.x at 768 pixels",
  "sd2-norm-512": "since a norm of it is like that of SD 2.x at 512 pixels",
  "sd2-steps": "as for SD 2.0 at 512 pixels, which was trained as long",
};
