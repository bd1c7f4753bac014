/** @file What was learned of each picture, the least learned first. */

import { addressOf, type Curves, routes } from "@atelier/server/api";
import { Badge, Button, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../messages/language.js";
import { sharePercent } from "../../parts/percent.js";
import { Picture } from "../../parts/picture.js";
import { WideTable } from "../../parts/wide-table.js";
import { lossText } from "./curve-plots.js";
import { changesOf } from "./picture-changes.js";
import classes from "./run.module.css";

/** Of more there is a button. */
const fewPictures = 12;

/** A table. */
export function RunPictures({
  pictures,
  dataset,
}: {
  readonly pictures: Curves["pictures"];
  /** Where their files are, if it is known. */
  readonly dataset: string | undefined;
}) {
  const { runs } = useText();
  const { pictures: text } = runs.run;
  const [showsAll, setShowsAll] = useState(false);
  const { rows, worst } = changesOf(pictures);
  const shown = showsAll ? rows : rows.slice(0, fewPictures);
  return (
    <>
      {worst !== undefined && <Text>{text.worst(worst.name, sharePercent(worst.change))}</Text>}
      <WideTable label={text.title} minWidth={480}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text.name}</Table.Th>
              <Table.Th ta="right">{text.change}</Table.Th>
              <Table.Th ta="right">{text.first}</Table.Th>
              <Table.Th ta="right">{text.last}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(({ name, first, last, change, isHeldOut }) => (
              <Table.Tr key={`${name} ${isHeldOut}`}>
                <Table.Td>
                  <span className={classes.pictured}>
                    {dataset !== undefined && (
                      <span className={classes.thumbnail}>
                        <Picture
                          src={addressOf(
                            routes.datasets.thumbnail,
                            { dataset, picture: name },
                            { edge: 96 },
                          )}
                          alt=""
                        />
                      </span>
                    )}
                    <span>{name}</span>
                    {isHeldOut && (
                      <Badge variant="light" color="gray" tt="none">
                        {text.heldOut}
                      </Badge>
                    )}
                  </span>
                </Table.Td>
                <Table.Td ta="right" fw={600}>
                  {sharePercent(change)}
                </Table.Td>
                <Table.Td ta="right">{lossText(first)}</Table.Td>
                <Table.Td ta="right">{lossText(last)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
      {shown.length < rows.length && (
        <Button variant="default" size="xs" onClick={() => setShowsAll(true)}>
          {text.all(rows.length)}
        </Button>
      )}
    </>
  );
}
