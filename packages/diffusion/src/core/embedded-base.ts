/**
 * @file The name that stands for Atelier's own base model, and what others must be told of that
 * model. The model itself is the package @atelier/base, which builds on this one.
 */

/**
 * Names the embedded base where a path is expected. Repositories have a slash in their names, and a
 * folder that is called so is `./embedded`.
 */
export const embeddedBaseName = "embedded";

/** What pictures, adapters and events call it, in places where "embedded" alone says too little. */
export const embeddedBaseTitle = "atelier-embedded";

/** The embedded base on this machine. */
export interface EmbeddedBase {
  /** A diffusers folder. */
  readonly folder: string;
  /** SHA-256 of its list of checksums: the same for the same model, whatever folder it lies in. */
  readonly fingerprint: string;
}

const versionKey = "ss_base_model_version";

/** What kohya files say of their base, where it is this one and none of Stable Diffusion's. */
export const embeddedLoraMetadata: ReadonlyMap<string, string> = new Map([
  [versionKey, embeddedBaseTitle],
  ["modelspec.architecture", `${embeddedBaseTitle}/lora`],
  ["modelspec.prediction_type", "v"],
]);

/** Whether a LoRA file says that it was trained on the embedded base. */
export function isForEmbeddedBase(metadata: ReadonlyMap<string, string>): boolean {
  return metadata.get(versionKey) === embeddedBaseTitle;
}
