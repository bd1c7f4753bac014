/** @file One of every optimizer, for tests that hold for all of them. */

import { adafactor, torchAdafactor } from "../optim/adafactor.js";
import { adam, adamW } from "../optim/adam.js";
import { withStateStorage } from "../optim/compressed-state.js";
import { lion } from "../optim/lion.js";
import { muon } from "../optim/muon.js";
import type { Optimizer } from "../optim/optimizer.js";
import { prodigy } from "../optim/prodigy.js";
import { sgd } from "../optim/sgd.js";

/** By name. */
export const everyOptimizer: ReadonlyMap<string, Optimizer> = new Map([
  ["adamw", adamW()],
  ["adam with L2", adam({ weightDecay: 0.1 })],
  ["sgd with momentum", sgd({ momentum: 0.9, weightDecay: 0.1 })],
  ["lion", lion({ weightDecay: 0.1 })],
  ["muon", muon()],
  ["adafactor", adafactor({ beta1: 0.9 })],
  ["adafactor of torch", torchAdafactor()],
  ["prodigy", prodigy({ weightDecay: 0.1, useBiasCorrection: true })],
  ["adamw in 8 bits", withStateStorage(adamW(), "uint8")],
]);
