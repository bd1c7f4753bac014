/** @file What of a component's tensors trains. */

import { expect, it } from "vitest";
import { publishedMmdits, publishedUNets } from "../testing/published-models.js";
import { families } from "./families.js";
import { knownConfigs } from "./known-layers.js";
import {
  adaptableLayers,
  componentParameters,
  trainableLayers,
  trainableParameters,
} from "./layers.js";

it("trains all parameters of a model but its table of positions", () => {
  const names = (parameters: readonly { readonly name: string }[]) =>
    parameters.map(({ name }) => name);
  const configs = { unet: publishedUNets.sd15, transformer: publishedMmdits.sd3m };
  expect(trainableParameters(configs, "unet")).toEqual(componentParameters(configs, "unet"));
  const all = names(componentParameters(configs, "transformer"));
  const trained = names(trainableParameters(configs, "transformer"));
  expect(all.filter((name) => !trained.includes(name))).toEqual(["pos_embed.pos_embed"]);
  expect(trained).toHaveLength(all.length - 1);
});

it("leaves out what SD 3's last block makes of the text's queries, which nobody reads", () => {
  const family = families.sd3;
  const configs = knownConfigs("sd3");
  const layers = adaptableLayers(family, configs);
  const trained = trainableLayers({ family, configs, layers });
  const unread = [...layers.keys()].filter((path) => !trained.has(path));
  expect(unread).toEqual(["transformer.transformer_blocks.37.attn.add_q_proj"]);
});
