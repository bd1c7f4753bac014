/** @file Something on every page: a data set, a short training, its adapter, a drawing and times, made over the API. */

import { encodePng } from "@atelier/diffusion/files";
import { callRoute, type GivenJobRequest, type Job, routes } from "@atelier/server/api";
import type { StartedStudio } from "./start-studio.js";

/** Names of what there is now. */
export interface Filled {
  readonly dataset: string;
  readonly run: string;
  readonly item: string;
  /** Of the drawing. */
  readonly job: string;
}

/** Fills the library of a Studio; takes some seconds of training. */
export async function fillLibrary({ origin, key }: StartedStudio): Promise<Filled> {
  const server = { origin, token: key };
  const dataset = "mugs";
  await callRoute(server, routes.datasets.create, { body: { name: dataset } });
  const form = new FormData();
  for (const shade of [40, 90, 140, 190, 240]) {
    const data = new Uint8Array(3 * 64 * 64).map((_, index) => (index % 192 < shade ? shade : 60));
    const png = await encodePng({ width: 64, height: 64, data });
    form.append("file", new Blob([new Uint8Array(png)]), `${shade}.png`);
    form.append("file", new Blob(["mug"]), `${shade}.txt`);
  }
  await callRoute(server, routes.datasets.add, { params: { dataset }, body: form });

  const done = async (request: GivenJobRequest): Promise<Job> => {
    let job = await callRoute(server, routes.jobs.create, { body: { request } });
    while (job.state === "waiting" || job.state === "running") {
      await new Promise((resolve) => setTimeout(resolve, 300));
      job = await callRoute(server, routes.jobs.get, { params: { job: job.id } });
    }
    if (job.state !== "done") throw new Error(`${job.kind}: ${job.state}: ${job.problem?.message}`);
    return job;
  };
  const config = { name: "mug", steps: 12, watch: { share: 1 }, samples: { everySteps: 6 } };
  const trained = await done({ kind: "train", datasets: [dataset], config });
  const [item] = trained.outcome?.items ?? [];
  if (item === undefined || trained.run === undefined) throw new Error("training: made nothing");
  const prompt = "mug";
  const drawn = await done({ kind: "draw", prompt, seed: 1, adapters: [{ name: item }] });
  await callRoute(server, routes.jobs.create, {
    body: { request: { kind: "doctor" }, begin: "2099-12-24T22:00:00+09:00" },
  });
  await callRoute(server, routes.schedules.create, {
    body: { request: { kind: "check", dataset }, cron: "0 22 * * 1-5", zone: "Asia/Seoul" },
  });
  return { dataset, run: trained.run, item, job: drawn.id };
}
