/** @file Whether a command line will train, as far as its first words tell. */

/** Commands that do nothing else. */
const trainings: ReadonlySet<string> = new Set([
  ...["lora", "dreambooth", "textual-inversion", "finetune", "train", "resume", "tune"],
]);

const helps: ReadonlySet<string> = new Set(["-h", "--help", "--help-all"]);

/** Whether arguments ask for a training, if they are good. */
export function willTrain([command = "", ...rest]: readonly string[]): boolean {
  return trainings.has(command) && !rest.some((argument) => helps.has(argument));
}
