/**
 * @file Module names of the original latent diffusion UNet, which LoRA files for SDXL and generic
 * ComfyUI files use. The rule is stated in reference form in diffusers'
 * `single_file_utils.py` (`convert_ldm_unet_checkpoint`).
 */

/** What the rule must know of a UNet, besides the path. */
export interface LdmUnetLayout {
  readonly layersPerBlock: number;
  /** Up blocks whose upsampler comes third because attention comes second. */
  readonly upBlocksWithAttention: ReadonlySet<number>;
}

const fixedPaths: ReadonlyMap<string, string> = new Map([
  ["conv_in", "input_blocks.0.0"],
  ["time_embedding.linear_1", "time_embed.0"],
  ["time_embedding.linear_2", "time_embed.2"],
  ["add_embedding.linear_1", "label_emb.0.0"],
  ["add_embedding.linear_2", "label_emb.0.2"],
  ["conv_norm_out", "out.0"],
  ["conv_out", "out.2"],
]);

const resnetPaths: ReadonlyMap<string, string> = new Map([
  ["norm1", "in_layers.0"],
  ["conv1", "in_layers.2"],
  ["time_emb_proj", "emb_layers.1"],
  ["norm2", "out_layers.0"],
  ["conv2", "out_layers.3"],
  ["conv_shortcut", "skip_connection"],
]);

/** The layout of the UNet that has these modules (diffusers paths without `unet.`). */
export function ldmUnetLayout(paths: Iterable<string>): LdmUnetLayout {
  let layersPerBlock = 1;
  const upBlocksWithAttention = new Set<number>();
  for (const path of paths) {
    const down = /^down_blocks\.\d+\.(?:resnets|attentions)\.(\d+)\./.exec(path);
    layersPerBlock = Math.max(layersPerBlock, Number(down?.[1] ?? 0) + 1);
    const up = /^up_blocks\.(\d+)\.attentions\./.exec(path);
    if (up !== null) upBlocksWithAttention.add(Number(up[1]));
  }
  return { layersPerBlock, upBlocksWithAttention };
}

/** The original name of a module (`input_blocks.1.1.proj_in`), or `undefined` where it has none. */
export function ldmUnetPath(path: string, layout: LdmUnetLayout): string | undefined {
  const fixed = fixedPaths.get(path);
  if (fixed !== undefined) return fixed;
  const match =
    /^(?:(down|up)_blocks\.(\d+)|(mid)_block)\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.+)$/.exec(
      path,
    );
  if (match === null) return undefined;
  const [, side, blockText, middle, kind, layerText, rest = ""] = match;
  const inner = kind === "resnets" ? resnetPaths.get(rest) : rest;
  if (inner === undefined) return undefined;
  const block = Number(blockText);
  const layer = Number(layerText);
  const { layersPerBlock, upBlocksWithAttention } = layout;
  if (middle !== undefined) return `middle_block.${kind === "resnets" ? layer * 2 : 1}.${inner}`;
  const first = block * (layersPerBlock + 1);
  if (kind === "downsamplers") return `input_blocks.${first + layersPerBlock + 1}.0.op`;
  if (kind === "upsamplers") {
    return `output_blocks.${first + layersPerBlock}.${upBlocksWithAttention.has(block) ? 2 : 1}.conv`;
  }
  const place = kind === "resnets" ? 0 : 1;
  return side === "down"
    ? `input_blocks.${first + layer + 1}.${place}.${inner}`
    : `output_blocks.${first + layer}.${place}.${inner}`;
}
