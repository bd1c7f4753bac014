/**
 * @file What an embedding file is, from its tensors' names and shapes alone. Every program has its
 * own idea; the order of the checks is that of the programs that read all forms.
 */

import type { TextEncoderName } from "../../core/component-name.js";
import type { SafetensorsEntry } from "../../core/weights.js";

/**
 * The forms of embedding files: `diffusers` names its tensor by the token; `a1111` is the pickled
 * one with `string_to_param`; `kohya` has `emb_params`; `sdxl` has `clip_l` and `clip_g`, and
 * ComfyUI also writes one of them alone; `tensor` is a tensor without any name.
 */
export type EmbeddingFormat = "diffusers" | "a1111" | "kohya" | "sdxl" | "tensor";

/** Where an embedding's vectors stand in a file. */
export interface EmbeddingFileFacts {
  readonly format: EmbeddingFormat;
  /** Names of tensors by the encoder that they belong to. */
  readonly keys: ReadonlyMap<TextEncoderName, string>;
  /** The token as the file names it; most forms leave that to the file's own name. */
  readonly token?: string;
  /** Tensors that belong to another model's text encoder, such as `t5xxl`. */
  readonly unusedKeys: readonly string[];
}

type Entries = ReadonlyMap<string, Pick<SafetensorsEntry, "shape" | "dtype">>;

/** ComfyUI's names of text encoders. */
const encoderNames: ReadonlyMap<string, TextEncoderName | undefined> = new Map([
  ["clip_l", "text_encoder"],
  ["clip_g", "text_encoder_2"],
  ["t5xxl", undefined],
] as const);

/** Width of SDXL's second text encoder, which no other text encoder of Stable Diffusion has. */
const secondEncoderWidth = 1280;

/** The facts, or `undefined` when the file is no embedding. */
export function detectEmbeddingFile(
  entries: Entries,
  metadata: ReadonlyMap<string, string> = new Map(),
): EmbeddingFileFacts | undefined {
  // The first program kept token ids as tensors; they mean nothing beside another vocabulary.
  const names = [...entries.keys()].filter((name) => !name.startsWith("string_to_token."));
  const hasVectors = names.every((name) => {
    const { shape = [], dtype = "" } = entries.get(name) ?? {};
    return (shape.length === 1 || shape.length === 2) && /^B?F\d/.test(dtype);
  });
  if (names.length === 0 || !hasVectors) return undefined;

  const parameters = names.filter((name) => name.startsWith("string_to_param."));
  const [parameter] = parameters;
  if (parameter !== undefined) {
    const token = metadata.get("name");
    return {
      format: "a1111",
      keys: new Map([[encoderOf(entries, parameter), parameter]]),
      ...(token === undefined ? {} : { token }),
      unusedKeys: names.filter((name) => name !== parameter),
    };
  }
  if (names.every((name) => encoderNames.has(name))) return detectNamedEncoders(names);
  const [name = ""] = names;
  if (names.length > 1) return undefined;
  const keys = new Map([[encoderOf(entries, name), name]]);
  if (name === "") return { format: "tensor", keys, unusedKeys: [] };
  if (name === "emb_params") return { format: "kohya", keys, unusedKeys: [] };
  return { format: "diffusers", keys, token: name, unusedKeys: [] };
}

function detectNamedEncoders(names: readonly string[]): EmbeddingFileFacts | undefined {
  const keys = new Map<TextEncoderName, string>();
  for (const [name, encoder] of encoderNames) {
    if (encoder !== undefined && names.includes(name)) keys.set(encoder, name);
  }
  if (keys.size === 0) return undefined;
  const unusedKeys = names.filter((name) => encoderNames.get(name) === undefined);
  return { format: "sdxl", keys, unusedKeys };
}

/** A tensor that does not say which encoder it is for is for the first, unless its width tells. */
function encoderOf(entries: Entries, name: string): TextEncoderName {
  const width = entries.get(name)?.shape.at(-1);
  return width === secondEncoderWidth ? "text_encoder_2" : "text_encoder";
}
