/** @file What several pages say, in English. */

const units = ["B", "kB", "MB", "GB", "TB"];

/** Texts that several pages share. */
export const commonText = {
  cancel: "Cancel",
  close: "Close",
  delete: "Delete",
  undo: "Undo",
  save: "Save",
  saved: "Saved.",
  retry: "Try again",
  more: "More",
  search: "Search",
  name: "Name",
  copy: "Copy",
  copied: "Copied.",
  download: "Download",
  open: "Open",
  loading: "Loading",
  failed: "That did not work",
  unreachable:
    "The Studio's server does not answer. Look whether `atelier studio` still runs; this page goes on by itself once it does.",
  offline: "No connection to the server; trying again …",
  movedToTrash: (count: number) =>
    count === 1 ? "Moved to the trash." : `${count} moved to the trash.`,
  /** Times in seconds, in hours, minutes and seconds. */
  duration(seconds: number): string {
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole} s`;
    if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
    return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  },
  left: (duration: string) => `${duration} left`,
  bytes(count: number): string {
    const power = Math.min(4, Math.floor(Math.log10(Math.max(1, count)) / 3));
    const scaled = count / 1000 ** power;
    return `${scaled >= 100 || power === 0 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power]}`;
  },
  pictures: (count: number) => (count === 1 ? "1 picture" : `${count} pictures`),
  ago(seconds: number): string {
    if (seconds < 60) return "just now";
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
    if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
    return `${Math.floor(seconds / 86_400)} d ago`;
  },
  states: {
    waiting: "Waiting",
    running: "Running",
    done: "Done",
    failed: "Failed",
    cancelled: "Cancelled",
    stopped: "Stopped",
    interrupted: "Broke off",
    unknown: "Unknown",
  },
  verdictStates: {
    "nothing-happens": "Nothing happens",
    learning: "Learning",
    "learned-enough": "Learned enough",
    overfitting: "Overfitting",
    forgetting: "Forgetting",
    diverging: "Diverging",
  },
  jobKinds: {
    demo: "Mascot demo",
    train: "Training",
    resume: "Training, continued",
    tune: "Finding settings",
    strength: "Choosing the strength",
    evaluate: "Evaluation",
    draw: "Drawing",
    check: "Looking at pictures",
    inspect: "Inspection",
    convert: "Conversion",
    merge: "Merging",
    extract: "Extraction",
    download: "Download",
    doctor: "Check of the machine",
  },
};
