/** @file The panel beside the pictures; a drawer where there is no room for it. */

import { Tabs } from "@mantine/core";
import { useText } from "../../messages/language.js";
import { CaptionsPanel } from "./captions-panel.js";
import { CheckPanel } from "./check-panel.js";
import type { Desk, PanelTab } from "./desk.js";
import { PicturePanel } from "./picture-panel.js";
import { SetPanel } from "./set-panel.js";

const tabs: readonly PanelTab[] = ["picture", "captions", "check", "set"];

/** The panel of a desk. */
export function SidePanel({ desk }: { readonly desk: Desk }) {
  const { pictures: text } = useText();
  return (
    <Tabs
      value={desk.tab}
      onChange={(value) => {
        const tab = tabs.find((each) => each === value);
        if (tab !== undefined) desk.openTab(tab);
      }}
      keepMounted={false}
    >
      <Tabs.List mb="md" grow>
        {tabs.map((tab) => (
          <Tabs.Tab key={tab} value={tab} px="xs">
            {text.tabs[tab]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="picture">
        <PicturePanel desk={desk} />
      </Tabs.Panel>
      <Tabs.Panel value="captions">
        <CaptionsPanel desk={desk} />
      </Tabs.Panel>
      <Tabs.Panel value="check">
        <CheckPanel desk={desk} />
      </Tabs.Panel>
      <Tabs.Panel value="set">
        <SetPanel desk={desk} />
      </Tabs.Panel>
    </Tabs>
  );
}
