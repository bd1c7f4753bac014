/** @file Two pictures under one line that is moved, and in what they differ. */

import type { Drawn } from "@atelier/server/api";
import { Stack, Table, Text } from "@mantine/core";
import { useText } from "../../messages/language.js";
import { CompareSlider } from "../../parts/compare-slider.js";
import { Dialog } from "../../parts/dialog.js";
import { drawingAddress } from "./drawing-address.js";
import { differences, factsOf } from "./drawing-facts.js";

/** The dialog; none is shown without pictures. */
export function CompareDialog({
  pair,
  onClose,
}: {
  readonly pair: readonly [left: Drawn, right: Drawn] | undefined;
  readonly onClose: () => void;
}) {
  const { draw } = useText();
  return (
    <Dialog opened={pair !== undefined} onClose={onClose} title={draw.compare.title} size={672}>
      {pair !== undefined && <Comparison left={pair[0]} right={pair[1]} />}
    </Dialog>
  );
}

function Comparison({ left, right }: { readonly left: Drawn; readonly right: Drawn }) {
  const text = useText();
  const { compare } = text.draw;
  const rows = differences(factsOf(left, text), factsOf(right, text));
  return (
    <Stack>
      <CompareSlider
        left={{ src: drawingAddress(left), name: compare.first }}
        right={{ src: drawingAddress(right), name: compare.second }}
        label={compare.slide}
        ratio={left.width / left.height}
      />
      {rows.length === 0 ? (
        <Text c="var(--quiet)">{compare.same}</Text>
      ) : (
        <Table.ScrollContainer minWidth={320}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{compare.differences}</Table.Th>
                <Table.Th>{compare.first}</Table.Th>
                <Table.Th>{compare.second}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(([name, a, b]) => (
                <Table.Tr key={name}>
                  <Table.Th fw={400}>{name}</Table.Th>
                  <Table.Td>{a}</Table.Td>
                  <Table.Td>{b}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
