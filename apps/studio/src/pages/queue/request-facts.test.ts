/** @file What a job was asked for is shown without what says nothing. */

import { expect, it } from "vitest";
import { requestFacts } from "./request-facts.js";

it("a request is shown by names and values, without what is empty", () => {
  const facts = requestFacts({
    ...{ kind: "train", base: "embedded", datasets: ["cat"] },
    config: { steps: 5, lora: { rank: 4 }, prompt: "" },
  });
  expect(facts).toEqual([
    ["base", "embedded"],
    ["datasets", ["cat"]],
    ["config.steps", 5],
    ["config.lora.rank", 4],
  ]);
});
