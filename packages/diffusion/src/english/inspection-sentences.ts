/** @file What `atelier inspect` says of files and folders. */

import { sentenceIn } from "@atelier/engine";
import { option } from "../core/option-words.js";
import type { SentencesOf } from "../core/warnings/warning.js";
import { counted, listed } from "./list.js";

/** By code. */
export const inspectionSentences: SentencesOf<"inspection"> = {
  error: ({ message }) => sentenceIn(message, {}),
  "unreadable-adapter": ({ kinds }) =>
    `${kinds.join(", ")} cannot be applied by this version of Atelier.`,
  "zero-adapter": () =>
    "Every module is zero: the adapter changes nothing. It was saved before its first step.",
  "zero-modules": ({ tensors, modules }) =>
    `${tensors.count} of ${modules} modules ${tensors.count === 1 ? "is zero and changes" : "are zero and change"} nothing: ${listed(tensors)}.`,
  "no-alpha": ({ recorded }) => {
    const counts =
      recorded === undefined
        ? ""
        : ` Its metadata says ss_network_alpha ${recorded}, which no program reads.`;
    return `The file gives no alpha; programs then take the rank, which may not be what was trained.${counts}`;
  },
  "tensors-of-no-adapter": ({ tensors }) =>
    `${counted(tensors.count, "tensor belongs", "tensors belong")} to no known adapter: ${listed(tensors)}.`,
  "tensors-of-no-layer": ({ base, tensors }) =>
    `${counted(tensors.count, "tensor fits", "tensors fit")} no layer of ${base}: ${listed(tensors)}.`,
  "misfitting-modules": ({ base, count, list }) =>
    `${counted(count, "module does", "modules do")} not fit ${base}, which needs:\n${sentenceIn(list, {})}`,
  "tensors-of-no-model": ({ tensors }) =>
    `${counted(tensors.count, "tensor", "tensors")} that no model uses: ${listed(tensors)}.`,
  "useless-tensors": ({ tensors }) =>
    `${counted(tensors.count, "tensor without use is", "tensors without use are")} left out: ${listed(tensors)}.`,
  "not-finite": ({ path, tensors }) =>
    `${path}: ${counted(tensors.count, "tensor holds", "tensors hold")} NaN or infinity: ${listed(tensors)}. The training that made it diverged, or the file was narrowed to fp16; use another copy.`,
  "unread-not-finite": ({ path, tensors }) =>
    `${path}: ${counted(tensors.count, "tensor that nothing reads holds", "tensors that nothing reads hold")} NaN or infinity: ${listed(tensors)}.`,
  "zero-weights": ({ path, tensors }) =>
    `${path}: ${counted(tensors.count, "weight is", "weights are")} all zero: ${listed(tensors)}.`,
  "zero-vectors": ({ tensor }) => `The vectors of "${tensor}" are all zero.`,
  "no-tokenizer": ({ problem }) =>
    `${sentenceIn(problem, {})} Until then name one with ${option("tokenizerFolder")}.`,
  "other-part": ({ path }) => `Its other part is ${path}.`,
  "captions-in-metadata": () => "Captions are in metadata.jsonl.",
  "no-captions": () => `No picture has a caption; training needs ${option("data.prompt")} for all.`,
  "no-drawing-parameters": () => "It does not say what it was drawn from.",
  "picture-with-embedding": () =>
    `It holds an embedding of A1111: ${option("embeddings")} takes it.`,
  "word-with-space": ({ word }) =>
    `Its word "${word}" has white space and cannot be a word of a prompt.`,
  "other-name-with-space": ({ name }) =>
    `Its other name, "${name}", has white space and cannot be a word of a prompt.`,
  "word-of-file-name": () => "The file's name is the word to use in a prompt.",
  "two-names": ({ name, other }) =>
    `It has two names, ${name} and ${other}: ${option("token", other)} takes the second.`,
};
