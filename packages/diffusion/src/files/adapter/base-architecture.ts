/** @file What LoRA files say of a base that is of no published kind, such as one that was trained from nothing. */

const versionKey = "ss_base_model_version";

/** What a file says that its base is: `sd_v1`, or the name of a kind that is not published. */
export function architectureOf(metadata: ReadonlyMap<string, string>): string | undefined {
  return metadata.get(versionKey);
}

/** The metadata of a LoRA whose base is of the kind `architecture`, and of none that programs know. */
export function architectureMetadata(architecture: string): Map<string, string> {
  return new Map([
    [versionKey, architecture],
    ["modelspec.architecture", `${architecture}/lora`],
  ]);
}
