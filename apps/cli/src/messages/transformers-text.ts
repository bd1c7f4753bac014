/** @file Texts of what `generate` has for Stable Diffusion 3 and FLUX.1. */

/** English. */
export const transformersText = {
  group: "For Stable Diffusion 3 and FLUX.1:",
  prompt3: "what SD 3's third text encoder (T5) reads instead of the prompt",
  negative3: "what it reads instead of the negative prompt",
  trueCfg:
    "weight of the prompt against a negative prompt with FLUX.1, which reads --guidance as a number; takes twice as long (default: 1, none)",
  maxSequenceLength: "tokens that T5 reads of a prompt (default: 256 with SD 3, 512 with FLUX.1)",
  skipBlocks:
    "blocks of SD 3.5 to predict once more without, and to move away from that; 7,8,9 are usual with 3.5 medium",
  skipScale: "how far to move (default: 2.8)",
  expectedBlocks: "Expected numbers of blocks, such as 7,8,9.",
};
