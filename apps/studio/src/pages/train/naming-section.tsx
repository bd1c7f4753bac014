/** @file What is trained is called, and on which base: only what the technique asks for. */

import { routes } from "@atelier/server/api";
import { Anchor, Group, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Choice } from "./choice.js";
import { useDesk } from "./desk.js";
import type { Missing } from "./form-problems.js";
import { Section } from "./section.js";
import { withName } from "./technique-settings.js";
import { baseName, type TrainForm, usualNaming } from "./train-form.js";

const baseKinds = ["embedded", "library", "repo"] as const;

/** Names and base. */
export function NamingSection() {
  const { naming: text } = useText().train;
  return (
    <Section title={text.title}>
      <Names />
      <Base />
    </Section>
  );
}

function Names() {
  const { composed, facts } = useDesk();
  const { naming: text } = useText().train;
  const bare = facts.datasets.reduce((sum, set) => sum + set.pictures - set.captioned, 0);
  switch (composed.technique) {
    case "dreambooth":
      return <SubjectNames />;
    case "textual-inversion":
    case "pivotal":
      return (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Name
            field="word"
            label={text.word}
            about={text.wordAbout}
            isAsked={["no-word", "bad-word"]}
          />
          <Name field="initializer" label={text.initializer} about={text.initializerAbout} />
        </SimpleGrid>
      );
    case "lora":
    case "finetune":
      return (
        <Name
          field="prompt"
          label={text.prompt}
          about={text.promptAbout(bare)}
          isAsked={["no-prompt"]}
        />
      );
    default:
      return composed.technique satisfies never;
  }
}

function SubjectNames() {
  const { composed, usualOf } = useDesk();
  const { naming: text } = useText().train;
  const { all } = composed;
  const isDrawn = all.get("prior.source") !== "prediction" && !all.has("prior.folder");
  const count = Number(all.get("prior.count") ?? usualOf("prior.count"));
  const [prompt, classPrompt] = ["data.prompt", "prior.classPrompt"].map((path) => all.get(path));
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Name field="identifier" label={text.identifier} about={text.identifierAbout} />
        <Name field="noun" label={text.noun} about={text.nounAbout} isAsked={["no-noun"]} />
      </SimpleGrid>
      {typeof prompt === "string" && typeof classPrompt === "string" && (
        <Text size="sm" c="var(--quiet)">
          {text.called(prompt, classPrompt)}
          {isDrawn && ` ${text.drawn(count, classPrompt)}`}
        </Text>
      )}
    </Stack>
  );
}

function Name({
  field,
  label,
  about,
  isAsked = [],
}: {
  readonly field: keyof TrainForm["naming"];
  readonly label: string;
  readonly about: string;
  readonly isAsked?: readonly Missing[];
}) {
  const { form, change, facts, problems } = useDesk();
  const { missing: text } = useText().train;
  const wrong = problems.missing.find((what) => isAsked.includes(what));
  const isTyped = form.naming[field] !== "";
  return (
    <TextInput
      label={label}
      description={about}
      inputWrapperOrder={["label", "input", "description", "error"]}
      value={form.naming[field]}
      placeholder={usualNaming(facts.datasets, baseName(form.base))[field]}
      // What nobody has typed yet is no mistake: it is told where the training starts.
      error={wrong !== undefined && isTyped ? text[wrong] : undefined}
      required={wrong !== undefined}
      withAsterisk={wrong !== undefined}
      autoComplete="off"
      spellCheck={false}
      onChange={({ currentTarget: { value } }) => change(withName(form, field, value))}
    />
  );
}

function Base() {
  const { form, change } = useDesk();
  const { naming: text } = useText().train;
  const choose = (value: string): void => {
    const kind = baseKinds.find((each) => each === value);
    if (kind !== undefined) change({ base: { kind, name: "" } });
  };
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600} id="base-label">
        {text.base}
      </Text>
      <Choice
        aria-labelledby="base-label"
        value={form.base.kind}
        onChange={choose}
        data={baseKinds.map((kind) => ({ value: kind, label: text.bases[kind] }))}
      />
      {form.base.kind === "embedded" && (
        <Text size="sm" c="var(--quiet)">
          {text.embeddedAbout}
        </Text>
      )}
      {form.base.kind === "library" && <LibraryBase />}
      {form.base.kind === "repo" && <RepoBase />}
    </Stack>
  );
}

function LibraryBase() {
  const { form, change } = useDesk();
  const { naming: text } = useText().train;
  const models = useRoute(routes.library.list, { query: { kind: "model" } });
  const names = (models.data ?? []).map(({ name, family }) => ({
    value: name,
    label: family === undefined ? name : `${name} (${family})`,
  }));
  if (models.data?.length === 0) {
    return (
      <Group gap="xs">
        <Text size="sm">{text.noModels}</Text>
        <Anchor size="sm" renderRoot={(props) => <Link to="/library" {...props} />}>
          {text.toLibrary}
        </Anchor>
      </Group>
    );
  }
  return (
    <Select
      label={text.model}
      searchable
      data={names}
      value={form.base.name === "" ? null : form.base.name}
      onChange={(name) => change({ base: { kind: "library", name: name ?? "" } })}
    />
  );
}

function RepoBase() {
  const { form, change, problems } = useDesk();
  const { naming: text, missing } = useText().train;
  return (
    <TextInput
      label={text.repo}
      description={text.repoAbout}
      value={form.base.name}
      error={problems.missing.includes("bad-repo") ? missing["bad-repo"] : undefined}
      autoComplete="off"
      spellCheck={false}
      onChange={({ currentTarget: { value } }) => change({ base: { kind: "repo", name: value } })}
    />
  );
}
