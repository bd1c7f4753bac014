/** @file One data set: its pictures and captions, and what is trained of them. */

import { type Dataset, type Picture, routes } from "@atelier/server/api";
import { Button, Drawer, Group, Skeleton, Text } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, GraduationCap, ImagePlus } from "lucide-react";
import { useCallback, useState } from "react";
import { useRoute } from "../../app/use-route.js";
import { useText } from "../../messages/language.js";
import { Answered } from "../../parts/answered.js";
import { EmptyState } from "../../parts/empty-state.js";
import { PageTitle } from "../../parts/page-title.js";
import { AddButtons } from "./add-buttons.js";
import { CaptionList } from "./caption-list.js";
import datasets from "./datasets.module.css";
import type { Desk, PanelTab } from "./desk.js";
import { DropArea } from "./drop-area.js";
import { MaskPainter } from "./mask-painter.js";
import { PictureGrid } from "./picture-grid.js";
import classes from "./pictures.module.css";
import { SaveState } from "./save-state.js";
import { SidePanel } from "./side-panel.js";
import { Toolbar } from "./toolbar.js";
import { UploadStatus } from "./upload-status.js";
import { useDesk } from "./use-desk.js";
import { useUploads } from "./use-uploads.js";

/** The page of a data set. */
export function DatasetPage() {
  const { dataset: name } = useParams({ from: "/pictures/$dataset" });
  const set = useRoute(routes.datasets.get, { params: { dataset: name } });
  const pictures = useRoute(routes.datasets.pictures, { params: { dataset: name } });
  return (
    <Answered query={set}>
      {(dataset) => (
        <Answered query={pictures} skeleton={<GridSkeleton name={name} />}>
          {(all) => <DatasetDesk key={name} dataset={dataset} pictures={all} />}
        </Answered>
      )}
    </Answered>
  );
}

function DatasetDesk({
  dataset,
  pictures,
}: {
  readonly dataset: Dataset;
  readonly pictures: readonly Picture[];
}) {
  const { pictures: text, common } = useText();
  const isWide = useMediaQuery("(min-width: 62em)", true);
  const [isOpen, drawer] = useDisclosure();
  const [tab, setTab] = useState<PanelTab>("picture");
  const [painted, paintMask] = useState<string>();
  const [maskVersion, setMaskVersion] = useState(Date.now);
  const uploads = useUploads();
  const openTab = useCallback(
    (next: PanelTab) => {
      setTab(next);
      drawer.open();
    },
    [drawer.open],
  );
  const paint = useCallback(
    (name: string) => {
      drawer.close();
      paintMask(name);
    },
    [drawer.close],
  );
  const desk = useDesk(dataset, pictures, {
    ...{ tab, openTab, showPictures: drawer.close, paintMask: paint, maskVersion },
  });
  const picture = pictures.find((each) => each.name === painted);
  return (
    <>
      <DropArea
        hint={text.dropInto(dataset.name)}
        onDrop={(all) => uploads.send(dataset.name, all)}
      />
      <Head desk={desk} />
      <UploadStatus dataset={dataset.name} />
      <div className={classes.desk}>
        <div className={classes.main}>
          <Pictures desk={desk} />
        </div>
        {isWide && (
          <aside className={classes.side} aria-label={text.panel}>
            <SidePanel desk={desk} />
          </aside>
        )}
      </div>
      {!isWide && (
        <>
          <div className={classes.bottomSpace} />
          <div className={classes.bar}>
            <Text size="sm">
              {desk.chosen.length > 0 ? text.chosen(desk.chosen.length) : text.nothingChosen}
            </Text>
            <Button size="sm" variant="default" onClick={drawer.open}>
              {text.panel}
            </Button>
          </div>
          <Drawer
            opened={isOpen}
            onClose={drawer.close}
            position="right"
            size="min(400px, 100vw)"
            title={text.panel}
            closeButtonProps={{ "aria-label": common.close }}
            transitionProps={{ duration: 120 }}
          >
            <SidePanel desk={desk} />
          </Drawer>
        </>
      )}
      {picture !== undefined && (
        <MaskPainter
          dataset={dataset.name}
          picture={picture}
          onClose={() => paintMask(undefined)}
          onReopen={() => paintMask(picture.name)}
          onSaved={() => setMaskVersion(Date.now())}
        />
      )}
    </>
  );
}

function Head({ desk: { dataset, pictures, captions } }: { readonly desk: Desk }) {
  const { pictures: text, shell, common } = useText();
  const uploads = useUploads();
  const captioned = pictures.filter((each) => captions.of(each).trim() !== "").length;
  return (
    <>
      <Link to="/pictures" className={classes.back}>
        <ArrowLeft size={16} aria-hidden /> {shell.places.pictures}
      </Link>
      <PageTitle
        title={dataset.name}
        about={text.counts(common.pictures(pictures.length), captioned)}
      >
        <SaveState captions={captions} />
        {pictures.length > 0 && (
          <>
            <AddButtons onChoose={(dropped) => uploads.send(dataset.name, dropped)} />
            <Button
              leftSection={<GraduationCap size={16} aria-hidden />}
              renderRoot={(props) => (
                <Link to="/train" search={{ dataset: dataset.name }} {...props} />
              )}
            >
              {text.train}
            </Button>
          </>
        )}
      </PageTitle>
    </>
  );
}

function Pictures({ desk }: { readonly desk: Desk }) {
  const { pictures: text } = useText();
  const uploads = useUploads();
  if (desk.pictures.length === 0) {
    return (
      <EmptyState icon={ImagePlus} title={text.noPictures} body={text.noPicturesHint}>
        <Group gap="xs" justify="center">
          <AddButtons
            variant="filled"
            onChoose={(dropped) => uploads.send(desk.dataset.name, dropped)}
          />
        </Group>
      </EmptyState>
    );
  }
  return (
    <>
      <Toolbar desk={desk} />
      {desk.shown.length === 0 ? (
        <Text c="var(--quiet)">{text.nothingFound}</Text>
      ) : desk.view.layout === "grid" ? (
        <PictureGrid desk={desk} />
      ) : (
        <CaptionList desk={desk} />
      )}
    </>
  );
}

function GridSkeleton({ name }: { readonly name: string }) {
  return (
    <>
      <PageTitle title={name} />
      <div className={datasets.cards} aria-hidden>
        {[0, 1, 2, 3, 4, 5, 6, 7].map((index) => (
          <Skeleton key={index} height={160} />
        ))}
      </div>
    </>
  );
}
