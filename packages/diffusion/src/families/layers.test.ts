/** @file What of a component's tensors trains. */

import { expect, it } from "vitest";
import { publishedMmdits, publishedUNets } from "../testing/published-models.js";
import { componentParameters, trainableParameters } from "./layers.js";

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
