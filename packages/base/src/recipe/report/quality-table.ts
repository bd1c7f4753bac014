/** @file The quality table: every measure with what it must reach and what it should. */

import { shareOf, type TableFact } from "./judge-facts.js";
import type { Compared, Quality } from "./quality.js";

/** One row. */
export interface QualityRow {
  readonly measure: string;
  readonly generated: string;
  /** The same of renders, where they have it. */
  readonly real: string;
  readonly must: string;
  readonly aim: string;
  /** The better of the two that is reached; `reported` where a number need not reach anything. */
  readonly reached: "aim" | "must" | "neither" | "reported";
}

/** Least shares of right pictures. */
const leastShares: readonly (readonly [TableFact, string, must?: number, aim?: number])[] = [
  ["concept", "concept right, first among all", 0.8, 0.95],
  ["style", "style right", 0.9, 0.98],
  ["background", "background right", 0.9, 0.98],
  ["pair", "two objects, both right", 0.5, 0.8],
  ["accessory", "what is worn right"],
];
const leastDecibels = { must: 26, aim: 30 };
const mostSeconds = { must: 2, aim: 0.8 };
const mostMegabytes = 40;
/** How far a number of generated pictures may be from that of renders. */
const nearReal = 0.1;

/** All rows, in the order of the table. */
export function qualityTable(quality: Quality): readonly QualityRow[] {
  const { generated, real } = quality;
  const shares = leastShares.map(([fact, measure, must, aim]): QualityRow => {
    const share = shareOf(generated[fact]);
    return {
      measure,
      generated: `${percent(share)} of ${generated[fact].of}`,
      real: percent(shareOf(real[fact])),
      ...bounds((value) => `≥ ${percent(value, 0)}`, { must, aim }),
      reached: grade(generated[fact].of === 0 ? undefined : (least) => share >= least, {
        must,
        aim,
      }),
    };
  });
  return [...shares, reconstructionRow(quality), ...distanceRows(quality), ...costRows(quality)];
}

function reconstructionRow({ reconstruction }: Quality): QualityRow {
  const { psnrDecibels, worstPsnrDecibels, pictures } = reconstruction;
  return {
    measure: `autoencoder, PSNR on ${pictures} unseen renders`,
    generated: `${psnrDecibels.toFixed(1)} dB (worst ${worstPsnrDecibels.toFixed(1)})`,
    real: "",
    ...bounds((value) => `≥ ${value} dB`, leastDecibels),
    reached: grade((least) => psnrDecibels >= least, leastDecibels),
  };
}

function distanceRows({ cmmd, kid, diversity }: Quality): QualityRow[] {
  const row = (
    measure: string,
    compared: Compared,
    show: (value: number) => string,
    isNear: (compared: Compared) => boolean,
  ): QualityRow => ({
    measure,
    generated: show(compared.generated),
    real: show(compared.real),
    must: "reported",
    aim: `within ${percent(nearReal, 0)} of renders`,
    reached: isNear(compared) ? "aim" : "reported",
  });
  const isNotFarther = ({ generated, real }: Compared): boolean =>
    generated <= real + nearReal * Math.abs(real);
  const isAlike = ({ generated, real }: Compared): boolean =>
    Math.abs(generated - real) <= nearReal * real;
  return [
    row("CMMD to renders", cmmd, (value) => value.toFixed(3), isNotFarther),
    row("KID to renders, × 1000", kid, (value) => (1000 * value).toFixed(3), isNotFarther),
    row("mean distance of two pictures of a prompt", diversity, (x) => x.toFixed(3), isAlike),
  ];
}

function costRows({ speed, size, sample }: Quality): QualityRow[] {
  const { secondsPerPicture, threads } = speed;
  const megabytes = size.bytes / 1e6;
  return [
    {
      measure: `one picture, ${sample.steps} steps, ${threads} threads`,
      generated: `${secondsPerPicture.toFixed(2)} s`,
      real: "",
      ...bounds((value) => `≤ ${value} s`, mostSeconds),
      reached: grade((most) => secondsPerPicture <= most, mostSeconds),
    },
    {
      measure: "size on disk",
      generated: `${megabytes.toFixed(1)} MB`,
      real: "",
      must: `≤ ${mostMegabytes} MB`,
      aim: "",
      reached: megabytes <= mostMegabytes ? "must" : "neither",
    },
  ];
}

/** A share in percent; a dash where nothing was asked. */
export function percent(share: number, digits = 1): string {
  return Number.isNaN(share) ? "–" : `${(100 * share).toFixed(digits)} %`;
}

interface Limits {
  readonly must: number | undefined;
  readonly aim: number | undefined;
}

function bounds(
  show: (value: number) => string,
  { must, aim }: Limits,
): Pick<QualityRow, "must" | "aim"> {
  return {
    must: must === undefined ? "reported" : show(must),
    aim: aim === undefined ? "" : show(aim),
  };
}

/** @param reaches `undefined` where nothing was measured */
function grade(
  reaches: ((limit: number) => boolean) | undefined,
  { must, aim }: Limits,
): QualityRow["reached"] {
  if (must === undefined || reaches === undefined) return "reported";
  if (aim !== undefined && reaches(aim)) return "aim";
  return reaches(must) ? "must" : "neither";
}
