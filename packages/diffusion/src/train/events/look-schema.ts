/** @file What a watched run has measured, as it stands in logs and snapshots. */

import { z } from "zod";
import { type Banks, bankNames, type Look } from "../../verdicts/history.js";

/** JSON writes what is not finite as null. */
const looseNumber = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

const ofBanks = <Value extends z.ZodType>(value: Value) =>
  z.partialRecord(z.enum(bankNames), value);

/** `Banks` */
export const banksSchema: z.ZodType<Banks> = ofBanks(
  z.array(z.strictObject({ picture: z.string(), time: z.number(), half: z.enum(["a", "b"]) })),
);

/** The fields of `Look`. */
export const lookFields: { readonly [Field in keyof Look]: z.ZodType<Look[Field]> } = {
  step: z.int(),
  rows: ofBanks(z.array(looseNumber)),
  gradNorm: z.strictObject({ median: looseNumber, largest: looseNumber }),
};
