/** @file A job by its title, with what kind of work it is. */

import type { Job } from "@atelier/server/api";
import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useText } from "../../messages/language.js";
import { kindName } from "../../parts/job-progress.js";
import classes from "./queue.module.css";

/** Title and kind; more can follow. */
export function JobName({
  job: { id, kind, title },
  children,
}: {
  readonly job: Job;
  readonly children?: ReactNode;
}) {
  const { common } = useText();
  return (
    <div className={classes.name}>
      <Anchor
        c="inherit"
        fw={600}
        lineClamp={2}
        renderRoot={(props) => <Link to="/queue/$job" params={{ job: id }} {...props} />}
      >
        {title}
      </Anchor>
      <Text size="sm" c="var(--quiet)" component="div">
        {kindName(kind, common.jobKinds)}
        {children}
      </Text>
    </div>
  );
}
