/** @file The page "runs", in English. */

import { runText } from "./run-text.js";

/** Its texts, and those of the page of one run. */
export const runsText = {
  about: "Every training with what came of it, those of the command line as well.",
  empty: {
    title: "No trainings yet",
    body: "A training learns your pictures and leaves an adapter to draw with. Ten pictures are enough to begin.",
    train: "Train",
    start: "Try it with the mascot",
  },
  none: {
    title: "No run fits",
    body: "Search for something else, or show all runs again.",
    all: "Show all",
  },
  unreadable: (count: number) =>
    count === 1 ? "1 folder could not be read" : `${count} folders could not be read`,
  filter: {
    search: "Find by name, pictures or technique",
    state: "State",
    allStates: "Any state",
    verdict: "Verdict",
    allVerdicts: "Any verdict",
    noVerdict: "Without a verdict",
    sort: "Order",
  },
  sorts: {
    newest: "Newest first",
    oldest: "Oldest first",
    title: "By name",
    longest: "Longest first",
  },
  count: (shown: number, all: number) =>
    shown === all ? (all === 1 ? "1 run" : `${all} runs`) : `${shown} of ${all} runs`,
  list: "Runs",
  choose: (title: string) => `Choose ${title}`,
  chosen: (count: number) => (count === 1 ? "1 chosen" : `${count} chosen`),
  chooseNone: "Choose none",
  compare: "Compare",
  train: "New training",
  of: (step: number, steps: number) => `step ${step} of ${steps}`,
  steps: (count: number) => (count === 1 ? "1 step" : `${count} steps`),
  noVerdict: "No verdict",
  pictureOf: (title: string) => `Newest picture of ${title}`,
  restored: "It is back.",
  run: runText,
};
