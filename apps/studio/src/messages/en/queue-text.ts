/** @file The pages "queue" and "job", in English. */

/** Their texts. */
export const queueText = {
  about: "What is being worked on, what comes next, and the machines that do it.",
  now: "Now",
  next: "Next",
  timed: "Begins later",
  ended: "Ended",
  machines: "Machines",
  empty: {
    title: "Nothing to do",
    body: "Trainings, drawings and everything else that takes a while wait here until a machine takes them.",
    train: "Start a training",
    draw: "Draw",
  },
  noneRunning: "Nothing is being worked on.",
  noneWaiting: "Nothing is waiting.",
  noneEnded: "Nothing has ended that way.",
  noneEver: "Nothing has ended yet.",
  waiting: (count: number) => (count === 1 ? "1 job is waiting" : `${count} jobs are waiting`),
  moreWaiting: (count: number) => `The first ${count}. More are waiting.`,
  after: (count: number) =>
    count === 1 ? "waits for 1 other job" : `waits for ${count} other jobs`,
  sooner: "Sooner",
  later: "Later",
  soonest: "To the front",
  stop: "Save and end",
  stopping: "It saves and ends after this step.",
  finish: "Keep best and stop",
  finishAbout:
    "The training is done now: its result is the best step so far, or the latest where it is not watched.",
  finishLater: "As soon as a step is trained.",
  finishing: "It ends with the best so far.",
  /** What a job was asked for and has yet to do. */
  wishes: { stop: "Saves and ends", finish: "Ends with the best so far" },
  cancelled: (title: string) => `Cancelled: ${title}.`,
  retried: (title: string) => `In the queue again: ${title}.`,
  actionsOf: (title: string) => `What can be done with ${title}`,
  allStates: "However it ended",
  allKinds: "Everything",
  state: "State",
  kind: "Kind",
  more: "Show more",
  attempt: (count: number) => `attempt ${count}`,
  took: (duration: string) => `took ${duration}`,
  /** What is being done in a job. */
  stages: {
    step: "Training",
    fetch: "Fetching what it needs, in MiB",
    publish: "Putting results into the library",
    draw: "Drawing",
    download: "Downloading the base",
    quantize: "Storing the base in fewer bits",
    weights: "Reading weights of the base",
    "class-pictures": "Drawing pictures of the class",
    captions: "Encoding captions",
    latents: "Encoding pictures",
    probes: "Drawing with the base, to see what it keeps",
    compile: "Compiling graphs",
    check: "Checking what was saved",
    measuring: "Measuring",
  } as Readonly<Record<string, string>>,
  machine: {
    none: {
      title: "No machine takes jobs",
      body: "`atelier studio` itself works on jobs while it runs. Others join with `atelier worker --database …`.",
    },
    memory: (bytes: string) => `${bytes} memory`,
    cores: (count: number) => (count === 1 ? "1 core" : `${count} cores`),
    load: "Load",
    loadOf: (percent: number) => `${percent} %`,
    lanes: { heavy: "Trainings", light: "Drawings and small things" },
    takes: (lanes: readonly string[]) => `Takes ${lanes.join(", ").toLowerCase()}`,
    works: "Works on",
    idle: "Idle",
    alive: "Here",
    gone: "Not heard of",
    seen: (ago: string) => `Last heard of ${ago}`,
    version: (version: string) => `version ${version}`,
  },
  job: {
    gone: "This job is not in the queue.",
    facts: "About this job",
    kind: "Kind",
    state: "State",
    created: "Queued",
    begins: "Begins",
    started: "Begun",
    ended: "Ended",
    worker: "Machine",
    attempt: "Attempt",
    priority: "Priority",
    waitsFor: "Waits for",
    run: "Run",
    result: "What came of it",
    openRun: "Open the run",
    inLibrary: "In the library",
    drawings: "Drawings",
    noResult: "It has made nothing.",
    request: "What was asked for",
    problem: "Why it failed",
    retry: "Try again",
    log: "Log",
  },
  log: {
    empty: "Nothing has been told yet.",
    label: "Log, newest below",
    plan: ({ pictures, width, height, steps }: LoggedPlan) =>
      `${steps} steps on ${pictures === 1 ? "1 picture" : `${pictures} pictures`} of ${width}×${height}`,
    steps: ({ from, to, loss, perStep }: LoggedSteps) =>
      `${from === to ? `Step ${to}` : `Steps ${from}–${to}`}: loss ${loss}, ${perStep} each`,
    progress: (stage: string, done: number, total: number) =>
      total <= 1 ? stage : `${stage}: ${done} of ${total}`,
    sample: (step: number, prompt: string) =>
      `${step === 0 ? "Drawn with the base" : `Drawn at step ${step}`}: ${prompt}`,
    watch: (heldOut: number) =>
      heldOut === 0
        ? "Watched; no picture is held out"
        : `Watched; ${heldOut === 1 ? "1 picture is" : `${heldOut} pictures are`} held out`,
    look: (step: number) => (step === 0 ? "Looked at the start" : `Looked at step ${step}`),
    resumed: (step: number) => `Goes on from step ${step}`,
    snapshot: (step: number) => `Saved at step ${step}`,
    done: "Done",
    stopped: "Saved and ended; it can go on",
    attempt: (count: number) => `Attempt ${count}`,
    probe: (name: string) => `Trying ${name}`,
    measured: (name: string) => `Measured: ${name}`,
    strengthRows: (step: number) => `Measures the result of step ${step}`,
    strength: (strength: number, error: string) => `Strength ${strength}: error ${error}`,
    chosen: (strength: number) => `Chosen: strength ${strength}`,
    saved: "Saved",
    written: (name: string) => `Written: ${name}`,
    drawn: (name: string) => `Drawn: ${name}`,
    report: "Report written",
  },
};

/** What a training is going to do. */
export interface LoggedPlan {
  readonly pictures: number;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
}

/** Steps one after the other. */
export interface LoggedSteps {
  readonly from: number;
  readonly to: number;
  readonly loss: string;
  readonly perStep: string;
}
