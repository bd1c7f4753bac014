/** @file The residual block of UNet and VAE, named as diffusers' `ResnetBlock2D`. */

import { add, type GraphNode, nn, reshape, silu, type Weights } from "@atelier/engine";

/** Width, normalisation and conditioning of a residual block. */
export interface ResnetBlockOptions {
  /** Output channels. */
  readonly out: number;
  readonly groups: number;
  readonly epsilon: number;
  /** `[batch or 1, width]`: the embedded timestep after SiLU; absent in a VAE. */
  readonly time?: GraphNode;
  /** Computes the norms' scale and shift and the SiLU again in the backward pass. */
  readonly recompute?: boolean;
}

/** Maps x `[batch, in, height, width]` to `[batch, out, height, width]`. */
export function resnetBlock(
  weights: Weights,
  x: GraphNode,
  { out, time, ...norm }: ResnetBlockOptions,
): GraphNode {
  const normConv = (index: 1 | 2, input: GraphNode): GraphNode => {
    const options = { ...norm, activation: silu };
    const active = nn.groupNorm(weights.scope(`norm${index}`), input, options);
    return nn.conv(weights.scope(`conv${index}`), active, out, { padding: 1 });
  };
  const first = normConv(1, x);
  const conditioned = time === undefined ? first : add(first, timeBias(weights, time, out));
  const shortcut =
    x.shape[1] === out ? x : nn.conv(weights.scope("conv_shortcut"), x, out, { kernel: 1 });
  return add(shortcut, normConv(2, conditioned));
}

function timeBias(weights: Weights, time: GraphNode, out: number): GraphNode {
  return reshape(nn.linear(weights.scope("time_emb_proj"), time, out), [-1, out, 1, 1]);
}
