/** @file The page "start", in English. */

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Its texts. */
export const startText = {
  title: "Atelier",
  about:
    "Teach an image model what you want drawn, from a few pictures, on your own machine, and see while it learns whether it does.",
  ways: {
    label: "Three ways on",
    pictures: {
      title: "Pictures",
      body: "Put together what is to be learned: ten pictures of a thing, or some dozens of a style.",
    },
    train: {
      title: "Train",
      body: "Say what it is; Atelier chooses how, shows whether it learns, and keeps the best.",
    },
    draw: {
      title: "Draw",
      body: "Write a prompt and draw, with the base alone or with what you have taught it.",
    },
  },
  demo: {
    title: "See it work first",
    body: "A small model that ships with Atelier learns a mascot from five pictures, then draws it where nobody has drawn it. A minute or two, with nothing to set.",
    begin: "Try it with the mascot",
    again: "Try it again",
    see: "See the last one",
    shown: "The mascot demo",
    parts: {
      before: "Draws with the base alone",
      train: "Learns the mascot",
      after: "Draws the same again",
      judge: "Judges the result",
    },
    starting: "Opens the base model",
    lessons: "It learns from these five pictures",
    loss: "Loss",
    lossHint:
      "Single steps jump with the noise that each draws; the line that goes down is what counts.",
    lossLabel: "Loss over steps of the training",
    lossNow: (value: string) => `The loss is ${value} now.`,
    step: (step: number) => `Step ${step}`,
    mean: "Mean",
    single: "Each step",
    before: "Before",
    after: "After",
    prompts: "The same prompts and seeds, before and after",
    promptsHint:
      "None of these prompts was learned. Pictures above each other began as the same noise.",
    drawn: (when: string, prompt: string, seed: string) => `${when}: ${prompt}, seed ${seed}`,
    asksFor: {
      subject: "asks for the mascot",
      class: "asks for any robot: should stay as it was",
      unrelated: "has nothing to do with it: should stay as it was",
    },
    worked: "It worked.",
    missed: (count: number, of: number) =>
      `${count} of ${of} aims ${count === 1 ? "was" : "were"} missed.`,
    took: (duration: string) => `Done in ${duration}.`,
    findings: {
      subject: ({ holds, count, of, threshold }: SubjectFinding) =>
        `You would know the mascot in ${count} of ${of} pictures (aim: ${percent(threshold)} of them).${holds ? "" : " A longer training would show it more often."}`,
      surroundings: ({ value, threshold }: Finding) =>
        `The backgrounds, companions and clothes of the prompts are there ${percent(value)} as often as in real pictures (aim: ${percent(threshold)}).`,
      class: ({ holds, value, threshold }: Finding) =>
        holds
          ? `“Robot” alone still draws other robots (likeness to the mascot ${value.toFixed(2)}; aim: ${threshold} at most).`
          : `“Robot” alone has begun to draw the mascot (likeness ${value.toFixed(2)}; aim: ${threshold} at most).`,
      unrelated: ({ holds, value, threshold }: Finding) =>
        holds
          ? `Unrelated pictures are what they were (similarity ${value.toFixed(2)}; aim: ${threshold} or more).`
          : `Unrelated pictures have changed (similarity ${value.toFixed(2)}; aim: ${threshold} or more).`,
    },
    toRun: "Open the run",
    toDraw: "Draw with the mascot",
    report: "The whole report",
  },
  running: { title: "Going on now", all: "All of the queue" },
  runs: {
    title: "Latest runs",
    all: "All runs",
    empty: "Nothing is trained yet. Begin with pictures, or let the mascot show how it goes.",
  },
  drawings: {
    title: "Latest pictures",
    all: "All pictures",
    empty: "Nothing is drawn yet. The embedded base draws at once; no download is needed.",
    begin: "Draw something",
    open: (prompt: string) => `Draw again: ${prompt}`,
    untitled: "Without a prompt",
  },
};

interface Finding {
  readonly holds: boolean;
  readonly value: number;
  readonly threshold: number;
}

interface SubjectFinding extends Finding {
  readonly count: number;
  readonly of: number;
}
