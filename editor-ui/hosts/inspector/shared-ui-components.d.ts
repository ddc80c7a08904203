/**
 * The types that `@babylonjs/inspector` takes from a package that is not published: as far as
 * they are used here. Without them its own types are there, but most of what they name is not.
 */

declare module "@babylonjs/shared-ui-components/modularTool/modularity/serviceDefinition.js" {
  import type { IDisposable } from "@babylonjs/core/scene.js";

  export interface IService<Identity extends symbol> {
    readonly __identity?: Identity;
  }

  type Identities<Services extends unknown[]> = {
    [Index in keyof Services]: Services[Index] extends IService<infer Identity> ? Identity : never;
  };

  /** A part of the Inspector: what it needs of other parts, and how it is made from them. */
  export interface ServiceDefinition<
    Produces extends IService<symbol>[] = [],
    Consumes extends IService<symbol>[] = [],
  > {
    readonly friendlyName: string;
    readonly produces?: Identities<Produces>;
    readonly consumes?: Identities<Consumes>;
    factory(...services: Consumes): IDisposable;
  }
}

declare module "@babylonjs/shared-ui-components/modularTool/modularity/serviceContainer.js" {
  import type { IDisposable } from "@babylonjs/core/scene.js";

  export interface WeaklyTypedServiceDefinition {
    readonly friendlyName: string;
    readonly produces?: symbol[];
    readonly consumes?: symbol[];
    factory(...services: never[]): IDisposable;
  }
}

declare module "@babylonjs/shared-ui-components/modularTool/modularTool.js" {
  import type { IExtensionFeed } from "@babylonjs/shared-ui-components/modularTool/extensibility/extensionFeed.js";
  import type { WeaklyTypedServiceDefinition } from "@babylonjs/shared-ui-components/modularTool/modularity/serviceContainer.js";

  export interface ModularToolOptions {
    namespace: string;
    toolbarMode: "full" | "compact";
    containerElement: HTMLElement;
    serviceDefinitions: readonly WeaklyTypedServiceDefinition[];
    themeMode?: "light" | "dark" | "system";
    extensionFeeds?: readonly IExtensionFeed[];
    disableTeachingMoments?: boolean;
  }
}

declare module "@babylonjs/shared-ui-components/modularTool/services/shellService.js" {
  import type { IDisposable } from "@babylonjs/core/scene.js";
  import type { IService } from "@babylonjs/shared-ui-components/modularTool/modularity/serviceDefinition.js";
  import type { ComponentType } from "react";

  export type HorizontalLocation = "left" | "right";
  export type VerticalLocation = "top" | "bottom";

  interface Placed {
    /** Unique among its kind. */
    readonly key: string;
    readonly order?: number;
    readonly horizontalLocation: HorizontalLocation;
    readonly verticalLocation: VerticalLocation;
    /** False: no bubble that introduces it. */
    readonly teachingMoment?: false;
  }

  export interface ToolbarItemDefinition extends Placed {
    readonly component: ComponentType;
    readonly displayName?: string;
  }

  export interface SidePaneDefinition extends Placed {
    readonly icon: ComponentType;
    readonly content: ComponentType;
    readonly title: string;
    /** Whether `content` stays mounted while another pane is in front. */
    readonly keepMounted?: boolean;
  }

  export interface CentralContentDefinition {
    readonly key: string;
    readonly component: ComponentType;
    readonly order?: number;
  }

  export const ShellServiceIdentity: unique symbol;

  export interface IShellService extends IService<typeof ShellServiceIdentity> {
    addToolbarItem(item: ToolbarItemDefinition): IDisposable;
    addSidePane(pane: SidePaneDefinition): IDisposable;
    addCentralContent(content: CentralContentDefinition): IDisposable;
    readonly sidePanes: readonly { readonly key: string; select(): void }[];
  }
}

declare module "@babylonjs/shared-ui-components/modularTool/hooks/themeHooks.js" {
  export function useThemeMode(): { readonly isDarkMode: boolean };
}

declare module "@babylonjs/shared-ui-components/modularTool/extensibility/extensionFeed.js" {
  import type { WeaklyTypedServiceDefinition } from "@babylonjs/shared-ui-components/modularTool/modularity/serviceContainer.js";

  export interface ExtensionModule {
    readonly default: { readonly serviceDefinitions: readonly WeaklyTypedServiceDefinition[] };
  }

  export interface IExtensionFeed {
    readonly name: string;
    queryExtensionsAsync(filter?: string): Promise<unknown>;
    getExtensionModuleAsync(name: string): Promise<unknown>;
  }
}

declare module "@babylonjs/shared-ui-components/modularTool/extensibility/builtInsExtensionFeed.js" {
  import type {
    ExtensionModule,
    IExtensionFeed,
  } from "@babylonjs/shared-ui-components/modularTool/extensibility/extensionFeed.js";

  export interface BuiltInExtension {
    readonly name: string;
    readonly description: string;
    readonly keywords?: readonly string[];
    readonly license?: string;
    getExtensionModuleAsync(): Promise<ExtensionModule>;
  }

  export class BuiltInsExtensionFeed implements IExtensionFeed {
    constructor(name: string, extensions: Iterable<BuiltInExtension>);
    readonly name: string;
    queryExtensionsAsync(filter?: string): Promise<unknown>;
    getExtensionModuleAsync(name: string): Promise<ExtensionModule | undefined>;
  }
}

declare module "@babylonjs/shared-ui-components/fluent/primitives/button.js" {
  import type { ComponentType } from "react";

  export const Button: ComponentType<{
    readonly label?: string;
    readonly title?: string;
    readonly icon?: ComponentType;
    readonly appearance?: "subtle" | "transparent" | "primary" | "secondary";
    readonly onClick?: () => unknown;
  }>;
}
