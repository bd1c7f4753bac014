/**
 * @file How long the demo still takes. Each part is expected to take some seconds; how fast this
 * machine is, compared with that, is seen from what is done already.
 */

/** A part of the demo, in their order. */
export const demoParts = ["before", "train", "after", "judge"] as const;

/** A part of the demo. */
export type DemoPart = (typeof demoParts)[number];

/** Follows a demo from part to part. */
export interface DemoClock {
  /** The share of a part that is done, from 0 to 1; parts before it are over. Returns seconds left. */
  at(part: DemoPart, share: number): number;
  /** Seconds that each part took; the last one counts until now. */
  times(): readonly (readonly [part: DemoPart, seconds: number])[];
}

/** Below this share of all work the pace is not known yet. */
const knownPaceShare = 0.03;

/** @param now milliseconds of a clock that only goes forward */
export function createDemoClock(
  expected: Readonly<Record<DemoPart, number>>,
  now: () => number = () => performance.now(),
): DemoClock {
  const begun = now();
  const starts = new Map<DemoPart, number>([[demoParts[0], begun]]);
  const total = demoParts.reduce((sum, part) => sum + expected[part], 0);
  return {
    at(part, share) {
      const time = now();
      if (!starts.has(part)) starts.set(part, time);
      const before = demoParts.slice(0, demoParts.indexOf(part));
      const done = before.reduce((sum, other) => sum + expected[other], share * expected[part]);
      const pace = done < knownPaceShare * total ? 1 : (time - begun) / 1000 / done;
      return pace * (total - done);
    },
    times() {
      const begins = [...starts];
      return begins.map(([part, start], index) => {
        const end = begins[index + 1]?.[1] ?? now();
        return [part, (end - start) / 1000] as const;
      });
    },
  };
}
