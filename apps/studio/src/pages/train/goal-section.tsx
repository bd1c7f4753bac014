/** @file What shall be learned, and the technique that follows, with its reasons. */

import { Button, Collapse, Group, List, Radio, Skeleton, Stack, Text } from "@mantine/core";
import { useId, useState } from "react";
import { useText } from "../../messages/language.js";
import { goalOf } from "./advice.js";
import classes from "./choices.module.css";
import { useDesk } from "./desk.js";
import { Notices } from "./notices.js";
import { Section } from "./section.js";
import { goals, techniques } from "./train-form.js";

/** The goal in words. */
export function GoalSection() {
  const { form, change, advice } = useDesk();
  const { goal: text } = useText().train;
  const goal = goalOf(form.goal, advice.data);
  const choose = (value: string): void => {
    const chosen = goals.find((each) => each === value);
    // Another goal is advised on anew.
    if (chosen !== undefined) change({ goal: chosen, technique: undefined });
  };
  const isGuessed = form.goal === undefined && advice.data !== undefined;
  return (
    <Section title={text.title} about={isGuessed ? text.guessed : undefined}>
      <Radio.Group aria-label={text.title} value={goal ?? ""} onChange={choose}>
        <div className={classes.goals}>
          {goals.map((each) => (
            <Radio.Card key={each} value={each} className={classes.card ?? ""} p="sm">
              <Group gap="sm" wrap="nowrap" align="flex-start">
                <Radio.Indicator size="sm" mt={2} />
                <div>
                  <Text fw={600}>{text.goals[each].name}</Text>
                  <Text size="sm" c="var(--quiet)">
                    {text.goals[each].about}
                  </Text>
                </div>
              </Group>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      <TechniqueNote />
    </Section>
  );
}

/** The technique, why, and the others. */
function TechniqueNote() {
  const { form, advice, composed, facts } = useDesk();
  const { goal: text } = useText().train;
  const [isOpen, setOpen] = useState(form.technique !== undefined);
  const id = useId();
  if (facts.datasets.length === 0 && form.goal === undefined) return null;
  const { technique } = composed;
  const { name, about } = text.techniques[technique];
  const reasons = advice.data === undefined ? [] : reasonsOf(advice.data, technique, text.reasons);
  const isOwn = form.technique !== undefined && form.technique !== advice.data?.best.technique;
  return (
    <Stack gap="xs">
      <Text fw={600}>{isOwn ? text.youTake(name) : text.takes(name)}</Text>
      <Text size="sm">{about}</Text>
      {advice.isLoading && <Skeleton height={40} aria-hidden />}
      {advice.isError && (
        <Text size="sm" c="var(--quiet)">
          {text.noAdvice}
        </Text>
      )}
      {reasons.length > 0 && (
        <List size="sm" c="var(--quiet)" spacing={4}>
          {reasons.map((reason) => (
            <List.Item key={reason}>{reason}</List.Item>
          ))}
        </List>
      )}
      <Notices
        warnings={(advice.data?.notes ?? []).filter(({ code }) => code !== "guessed-goal")}
      />
      <Button
        variant="subtle"
        size="compact-sm"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        style={{ alignSelf: "flex-start" }}
      >
        {text.other}
      </Button>
      <Collapse expanded={isOpen} id={id} transitionDuration={120}>
        <Techniques />
      </Collapse>
    </Stack>
  );
}

function reasonsOf(
  { best, others }: NonNullable<ReturnType<typeof useDesk>["advice"]["data"]>,
  technique: string,
  sentences: Readonly<Record<string, string>>,
): string[] {
  const choice = [best, ...others].find((each) => each.technique === technique);
  // Reasons of a newer server have no sentence here.
  return (choice?.reasons ?? []).flatMap((reason) => sentences[reason] ?? []);
}

function Techniques() {
  const { change, composed, advice } = useDesk();
  const { goal: text } = useText().train;
  const choose = (value: string): void => {
    const technique = techniques.find((each) => each === value);
    change({ technique: technique === advice.data?.best.technique ? undefined : technique });
  };
  return (
    <Radio.Group label={text.technique} value={composed.technique} onChange={choose}>
      <Stack gap="sm" mt="xs">
        {techniques.map((each) => (
          <Radio
            key={each}
            value={each}
            label={
              each === advice.data?.best.technique
                ? `${text.techniques[each].name} (${text.advised})`
                : text.techniques[each].name
            }
            description={text.techniques[each].about}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
