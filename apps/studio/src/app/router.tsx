/** @file Addresses of the Studio and the page that each shows. Pages are loaded when they are opened. */

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { z } from "zod";
import { Shell } from "./shell.js";

const root = createRootRoute({ component: Shell });
const names = z.string().optional();

const start = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("../pages/start/start-page.js"), "StartPage"),
});
const pictures = createRoute({
  getParentRoute: () => root,
  path: "/pictures",
  component: lazyRouteComponent(() => import("../pages/pictures/datasets-page.js"), "DatasetsPage"),
});
const dataset = createRoute({
  getParentRoute: () => root,
  path: "/pictures/$dataset",
  component: lazyRouteComponent(() => import("../pages/pictures/dataset-page.js"), "DatasetPage"),
});
const train = createRoute({
  getParentRoute: () => root,
  path: "/train",
  /** The data set to begin with, or the run whose settings to begin with. */
  validateSearch: z.object({ dataset: names, run: names }),
  component: lazyRouteComponent(() => import("../pages/train/train-page.js"), "TrainPage"),
});
const runs = createRoute({
  getParentRoute: () => root,
  path: "/runs",
  component: lazyRouteComponent(() => import("../pages/runs/runs-page.js"), "RunsPage"),
});
const run = createRoute({
  getParentRoute: () => root,
  path: "/runs/$run",
  component: lazyRouteComponent(() => import("../pages/runs/run-page.js"), "RunPage"),
});
const compare = createRoute({
  getParentRoute: () => root,
  path: "/compare",
  /** Names of runs, joined by commas. */
  validateSearch: z.object({ runs: names }),
  component: lazyRouteComponent(() => import("../pages/compare/compare-page.js"), "ComparePage"),
});
const draw = createRoute({
  getParentRoute: () => root,
  path: "/draw",
  /** An adapter or word to begin with, and what to draw. */
  validateSearch: z.object({ item: names, prompt: names }),
  component: lazyRouteComponent(() => import("../pages/draw/draw-page.js"), "DrawPage"),
});
const library = createRoute({
  getParentRoute: () => root,
  path: "/library",
  component: lazyRouteComponent(() => import("../pages/library/library-page.js"), "LibraryPage"),
});
const item = createRoute({
  getParentRoute: () => root,
  path: "/library/$name",
  component: lazyRouteComponent(() => import("../pages/library/item-page.js"), "ItemPage"),
});
const queue = createRoute({
  getParentRoute: () => root,
  path: "/queue",
  component: lazyRouteComponent(() => import("../pages/queue/queue-page.js"), "QueuePage"),
});
const job = createRoute({
  getParentRoute: () => root,
  path: "/queue/$job",
  component: lazyRouteComponent(() => import("../pages/queue/job-page.js"), "JobPage"),
});

/** The Studio's addresses. */
export const router = createRouter({
  routeTree: root.addChildren([
    ...[start, pictures, dataset, train, runs, run, compare, draw, library, item, queue, job],
  ]),
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
