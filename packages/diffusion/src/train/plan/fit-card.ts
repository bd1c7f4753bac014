/** @file Whether a run fits into the memory of the graphics card, said before it starts. */

import { AtelierError } from "@atelier/engine";
import { type Warning, warning } from "../../core/warnings/warning.js";
import type { CardMemory } from "../run.js";
import type { RunPlan } from "./plan-run.js";

/** Of what is planned, the part that lies on the card. */
const onCard = ({ memory }: RunPlan): number => memory.total - memory.program;

const gigabytes = (bytes: number): number => Number((bytes / 1e9).toFixed(2));

/**
 * Warns where a plan takes more than the card has free.
 * @param planWithin the same run within so many GB
 */
export async function cardWarnings(
  plan: RunPlan,
  { free }: CardMemory,
  planWithin: (maxMemory: number) => Promise<RunPlan>,
): Promise<Warning[]> {
  if (onCard(plan) <= free) return [];
  // Rounded down, since it is shown so.
  const maxMemory = Math.floor((free + plan.memory.program) / 1e7) / 100;
  const fits = await planWithin(maxMemory).then(
    () => true,
    (error: unknown) => {
      if (error instanceof AtelierError && error.code === "config") return false;
      throw error;
    },
  );
  const numbers = { needed: gigabytes(onCard(plan)), free: gigabytes(free) };
  return [warning("card-too-small", { ...numbers, ...(fits ? { maxMemory } : {}) })];
}
