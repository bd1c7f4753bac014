/** @file What scheduler configs say of the prediction, and what adapters say against it. */

import { describe, expect, it } from "vitest";
import { contradictions } from "./adapter-claims.js";
import { predictionOf } from "./told-prediction.js";

const flow = { _class_name: "FlowMatchEulerDiscreteScheduler", shift: 3 };

describe("predictionOf", () => {
  it.each([
    [{}, "epsilon"],
    [{ prediction_type: "v_prediction" }, "v_prediction"],
    [flow, "flow_prediction"],
    [{ _class_name: "UniPCMultistepScheduler", use_flow_sigmas: true }, "flow_prediction"],
  ])("of %j is %s", (scheduler, expected) => {
    expect(predictionOf({ scheduler })).toBe(expected);
  });
});

describe("contradictions", () => {
  const claim = { path: "lora.safetensors", prediction: "epsilon", endsInNoise: false } as const;

  it("are told where an adapter was trained on another prediction", () => {
    const scheduler = { prediction_type: "v_prediction" };
    expect(contradictions({ scheduler }, [claim]).map(({ code }) => code)).toEqual([
      "adapter-prediction",
    ]);
  });

  it("are none with flow matching, of which the same entries say nothing", () => {
    expect(contradictions({ scheduler: flow }, [claim])).toEqual([]);
  });
});
