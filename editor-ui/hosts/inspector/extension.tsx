/**
 * Maquette in Babylon's Inspector: a pane with the project's pictures and their meshes, commands in
 * the menus of the scene explorer, and meshes that follow their pictures in the inspected scene.
 *
 *     import { ShowInspector } from "@babylonjs/inspector";
 *     import { MaquetteService } from "babylon-maquette/inspector";
 *
 *     ShowInspector(scene, { serviceDefinitions: [MaquetteService] });
 */
/// <reference path="./shared-ui-components.d.ts" />
import {
  BuiltInsExtensionFeed,
  type ISceneContext,
  type ISceneExplorerService,
  type ISelectionService,
  type IShellService,
  SceneContextIdentity,
  SceneExplorerServiceIdentity,
  SelectionServiceIdentity,
  type ServiceDefinition,
  ShellServiceIdentity,
} from "@babylonjs/inspector";
import { type ServiceOption, toLocate } from "../../client/address.ts";
import { openSession } from "./session.tsx";

export interface MaquetteServiceOptions {
  /**
   * The service: the address of its `service.json`, its `url` and `token`, or what finds them. By
   * default `/.maquette/service.json`, which development servers have whose root is the project's
   * folder.
   */
  readonly service?: ServiceOption;
}

/** What `ShowInspector` takes among its `serviceDefinitions`. */
export interface InspectorService {
  readonly friendlyName: string;
  readonly consumes: symbol[];
  factory(...services: never[]): { dispose(): void };
}

/** What `ShowInspector` takes among its `extensionFeeds`. */
export interface InspectorExtensionFeed {
  readonly name: string;
  queryExtensionsAsync(filter?: string): Promise<unknown>;
  getExtensionModuleAsync(name: string): Promise<unknown>;
}

/**
 * The extension. It connects when an Inspector opens and closes with it; while no service runs it
 * says so in its pane and goes on looking.
 */
export function maquetteService(options: MaquetteServiceOptions = {}): InspectorService {
  return {
    friendlyName: "Maquette",
    consumes: [
      ShellServiceIdentity,
      SceneContextIdentity,
      SceneExplorerServiceIdentity,
      SelectionServiceIdentity,
    ],
    factory: (...host) => openSession(toLocate(options.service), ...host),
  } satisfies ServiceDefinition<
    [],
    [IShellService, ISceneContext, ISceneExplorerService, ISelectionService]
  >;
}

/** The extension with a service that is found by default. */
export const MaquetteService: InspectorService = maquetteService();

/** Offers the extension in the Inspector's list of extensions, for its users to install. */
export function maquetteExtensionFeed(
  options: MaquetteServiceOptions = {},
): InspectorExtensionFeed {
  return new BuiltInsExtensionFeed("Maquette", [
    {
      name: "Maquette",
      description: "Concept art to game-ready meshes, generated on this machine.",
      keywords: ["3d", "generate", "image", "mesh", "concept art"],
      license: "Apache-2.0",
      getExtensionModuleAsync: async () => ({
        default: { serviceDefinitions: [maquetteService(options)] },
      }),
    },
  ]);
}
