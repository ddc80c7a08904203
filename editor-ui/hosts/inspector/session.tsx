/** Maquette in one opened Inspector. */
import type { IDisposable } from "@babylonjs/core/scene.js";
import {
  Button,
  type ISceneContext,
  type ISceneExplorerService,
  type ISelectionService,
  type IShellService,
} from "@babylonjs/inspector";
import type { Locate } from "../../client/address.ts";
import { connectService } from "../../client/connect.ts";
import { choosePictures } from "./choose-pictures.ts";
import { importCommand, regenerateCommand } from "./commands.ts";
import { followScene } from "./followed-scene.ts";
import { MeshIcon } from "./icon.tsx";
import { inspectScene } from "./inspected-scene.ts";
import { Pane } from "./pane.tsx";
import { createProblemLine } from "./problem-line.ts";

const PANE_KEY = "Maquette";
/** Between the Inspector's tools and its settings. */
const PANE_ORDER = 410;
/** After what the Inspector itself has there. */
const TOOLBAR_ORDER = 1000;

/** Adds everything to the Inspector; disposing removes it and ends the connection. */
export function openSession(
  locate: Locate,
  shell: IShellService,
  context: ISceneContext,
  explorer: ISceneExplorerService,
  selection: ISelectionService,
): IDisposable {
  const client = connectService({ locate });
  const problem = createProblemLine();
  const inspected = followScene(context, (scene) =>
    inspectScene(scene, { client, selection, problem }),
  );

  const showPane = (): void => shell.sidePanes.find(({ key }) => key === PANE_KEY)?.select();
  const regenerate = (uuid: string): void => {
    showPane();
    client.generate(uuid).catch(problem.tell);
  };
  const importPictures = async (): Promise<void> => {
    const pictures = await choosePictures();
    if (pictures.length > 0) showPane();
    for (const picture of pictures) await client.upload(picture.name, picture).catch(problem.tell);
  };

  const added = [
    shell.addSidePane({
      key: PANE_KEY,
      title: "Maquette",
      icon: MeshIcon,
      content: () => <Pane client={client} inspected={inspected} problem={problem} />,
      horizontalLocation: "right",
      verticalLocation: "top",
      order: PANE_ORDER,
      keepMounted: true,
      teachingMoment: false,
    }),
    shell.addToolbarItem({
      key: "Maquette",
      displayName: "Generate 3D",
      component: () => (
        <Button
          label="Generate 3D"
          title="Meshes from concept art"
          icon={MeshIcon}
          appearance="subtle"
          onClick={showPane}
        />
      ),
      // Where there is room for a label.
      horizontalLocation: "right",
      verticalLocation: "bottom",
      order: TOOLBAR_ORDER,
      teachingMoment: false,
    }),
    explorer.addEntityCommand(regenerateCommand(regenerate)),
    explorer.addSectionCommand(importCommand(importPictures)),
  ];

  return {
    dispose() {
      for (const part of added) part.dispose();
      inspected.dispose();
      client.close();
    },
  };
}
