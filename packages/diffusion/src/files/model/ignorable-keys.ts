/** @file Tensors that many checkpoints carry and no model uses: buffers, schedules, EMA copies. */

const patterns: readonly RegExp[] = [
  /(^|\.)position_ids$/,
  /^model_ema\./,
  /^(alphas_cumprod|alphas_cumprod_prev|betas|global_step|logvar|lvlb_weights)$/,
  /^(sqrt_|log_one_minus_|posterior_)\w+$/,
  /^denoiser\.sigmas$/,
  /(^|\.)logit_scale$/,
  // T5's table of tokens under its second name.
  /(^|\.)encoder\.embed_tokens\.weight$/,
  /^(v_pred|ztsnr)$/,
  /^first_stage_model\.(loss|model_ema)\./,
];

/** Whether a tensor is known to have no use in a model. */
export function isIgnorable(name: string): boolean {
  return patterns.some((pattern) => pattern.test(name));
}

/** Parts names that no table knew into the useless (also those below `unused`) and the unknown. */
export function sortLeftOvers(
  names: readonly string[],
  unused: readonly string[] = [],
): { readonly ignoredKeys: string[]; readonly unknownKeys: string[] } {
  const isUseless = (name: string) =>
    isIgnorable(name) || unused.some((prefix) => name.startsWith(prefix));
  return {
    ignoredKeys: names.filter(isUseless),
    unknownKeys: names.filter((name) => !isUseless(name)),
  };
}
