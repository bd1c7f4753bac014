/** @file What tuning is held against others on: unseen subjects, on few pictures and on some more. */

import { dealer } from "../verdicts/run-list.js";
import type { Subject } from "../verdicts/subjects.js";

/** A subject to learn from so many pictures. */
export interface TuneTask {
  /** Of its file. */
  readonly id: string;
  readonly subject: Subject;
  readonly pictures: number;
  readonly seed: number;
}

const subjectsInAll = 12;
const counts = [4, 12] as const;

/** All tasks; the first half has every subject once. */
export function listTasks(): TuneTask[] {
  const deal = dealer("judge");
  const dealt = Array.from({ length: subjectsInAll }, () => deal());
  return counts
    .flatMap((_, round) =>
      dealt.map((subject, at) => {
        return { subject, pictures: counts[(at + round) % counts.length] ?? 0 };
      }),
    )
    .map(({ subject, pictures }, index): TuneTask => {
      const id = `${String(index).padStart(2, "0")}-n${pictures}-${subject.id}`;
      return { id, subject, pictures, seed: 2000 + index };
    });
}
