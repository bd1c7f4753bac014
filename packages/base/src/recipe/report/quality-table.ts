/** @file The quality table: every measure with what it must reach and what it should. */

import { shareOf, type TableFact } from "./judge-facts.js";
import type { Quality, Structure } from "./quality.js";

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

/** Least numbers of pictures of single objects; what the autoencoder has stands beside them. */
const leastStructures: readonly (readonly [keyof Structure, string, must: number, aim: number])[] =
  [
    ["structureOfObject", "structural similarity to the render, on the object", 0.75, 0.85],
    ["structure", "structural similarity to the render, whole picture", 0.85, 0.92],
    ["sharpness", "sharpness as a share of the render's", 0.85, 0.95],
  ];
/** Least shares of right pictures. */
const leastShares: readonly (readonly [TableFact, string, must?: number, aim?: number])[] = [
  ["concept", "concept right, first among all"],
  ["pair", "two objects, both right"],
  ["style", "style right", 0.985, 0.995],
  ["background", "background right", 0.98, 0.995],
  ["accessory", "what is worn right"],
];
/** The same of the judge, on renders; and of drawings, as a share of what renders reach. */
const leastOfJudge: readonly (readonly [TableFact, string, must: number, aim: number])[] = [
  ["concept", "the judge on renders: concept", 0.98, 0.995],
  ["pair", "the judge on renders: both of two", 0.95, 0.98],
];
const leastOfRenders: readonly (readonly [TableFact, string, must: number, aim: number])[] = [
  ["concept", "concept right, as a share of renders", 0.99, 1],
  ["pair", "both of two right, as a share of renders", 0.88, 0.95],
];
const leastDecibels = { must: 26, aim: 30 };
const mostSeconds = { must: 0.6, aim: 0.4 };
const mostMegabytes = 40;

/** All rows, in the order of the table. */
export function qualityTable(quality: Quality): readonly QualityRow[] {
  const { generated, real } = quality;
  const shares = leastShares.map(([fact, measure, must, aim]): QualityRow => {
    const share = shareOf(generated[fact]);
    return {
      measure,
      generated: `${percent(share)} of ${generated[fact].of}`,
      real: percent(shareOf(real[fact])),
      ...bounds((value) => `≥ ${percent(value)}`, { must, aim }),
      reached: grade(generated[fact].of === 0 ? undefined : (least) => share >= least, {
        must,
        aim,
      }),
    };
  });
  return [
    ...structureRows(quality),
    ...shares,
    ...comparedRows(quality),
    reconstructionRow(quality),
    ...distanceRows(quality),
    ...costRows(quality),
  ];
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

function structureRows({ autoencoder, ...quality }: Quality): QualityRow[] {
  return leastStructures.map(([name, measure, must, aim]) => ({
    measure,
    generated: quality[name].toFixed(2),
    real: `${autoencoder[name].toFixed(2)} (autoencoder)`,
    ...bounds((value) => `≥ ${value}`, { must, aim }),
    reached: grade((least) => quality[name] >= least, { must, aim }),
  }));
}

function comparedRows({ generated, real }: Quality): QualityRow[] {
  const ofJudge = leastOfJudge.map(([fact, measure, must, aim]): QualityRow => {
    const share = shareOf(real[fact]);
    return {
      ...{ measure, generated: "", real: `${percent(share)} of ${real[fact].of}` },
      ...bounds((value) => `≥ ${percent(value, 1)}`, { must, aim }),
      reached: grade((least) => share >= least, { must, aim }),
    };
  });
  const ofRenders = leastOfRenders.map(([fact, measure, must, aim]): QualityRow => {
    const share = shareOf(generated[fact]) / shareOf(real[fact]);
    return {
      ...{ measure, generated: Number.isNaN(share) ? "–" : share.toFixed(3), real: "" },
      ...bounds((value) => `≥ ${value}`, { must, aim }),
      reached: grade(Number.isNaN(share) ? undefined : (least) => share >= least, { must, aim }),
    };
  });
  return [...ofJudge, ...ofRenders];
}

function distanceRows({ cmmd, kid, diversity }: Quality): QualityRow[] {
  const row = (measure: string, value: string): QualityRow => {
    return { measure, generated: value, real: "", must: "reported", aim: "", reached: "reported" };
  };
  return [
    row("CMMD to renders", cmmd.toFixed(3)),
    row("KID to renders, × 1000", (1000 * kid).toFixed(3)),
    row("mean distance of two pictures of a full caption", diversity.said.toFixed(3)),
    row('mean distance of two pictures of "a dog" and the like', diversity.unsaid.toFixed(3)),
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
