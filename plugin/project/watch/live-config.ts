/**
 * The configuration of a running watch, which is read again when its file is saved, and found when there
 * was none and one is made.
 */
import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { InputError } from "../../core/errors.ts";
import type { GenerateSettings } from "../../core/generate-settings.ts";
import type { ModelInfo } from "../../core/model-info.ts";
import type { SettingsPatch } from "../../protocol/settings.ts";
import { configFilesIn, loadConfig, loadPresets, type ProjectConfig } from "../config.ts";
import { checkLicencePolicy } from "../licence-policy.ts";
import { presetSettings } from "../settings.ts";
import type { WatchEvent } from "./events.ts";

/** What a running watch cannot change. */
const FIXED_KEYS = ["pictures", "out", "model", "device", "precision"] as const;

export class LiveConfig {
  /** Absolute; which are to be told of when they are saved, made or deleted. */
  readonly files: readonly string[];
  readonly #first: ProjectConfig;
  readonly #model: ModelInfo;
  #current: ProjectConfig;
  #presetsOf: (picturePath: string) => SettingsPatch = () => ({});

  constructor(config: ProjectConfig, model: ModelInfo) {
    this.files = config.file === undefined ? configFilesIn(config.root) : [config.file];
    this.#first = config;
    this.#current = config;
    this.#model = model;
  }

  /** Without its own settings; knows the presets of pictures that were there when those were loaded. */
  settingsOf(picturePath: string): GenerateSettings {
    return presetSettings(
      { model: this.#model, config: this.#current },
      this.#presetsOf(picturePath),
    );
  }

  /** Finds anew which pictures the presets match. */
  async loadPresets(): Promise<void> {
    this.#presetsOf = await loadPresets(this.#current);
  }

  /** What there is to tell of `saved`; the former configuration stays when it is wrong. */
  async reload(saved: string): Promise<WatchEvent | undefined> {
    const { root, file } = this.#first;
    try {
      const config = await loadConfig({ cwd: root, file });
      checkLicencePolicy(config, this.#model);
      if (isDeepStrictEqual(config, this.#current)) return undefined;
      this.#current = config;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const message = `${error.message}; the former configuration stays in force`;
      return { type: "problem", message };
    }
    await this.loadPresets();
    const restart = FIXED_KEYS.filter(
      (key) => !isDeepStrictEqual(this.#current[key], this.#first[key]),
    );
    return { type: "configured", file: basename(saved), restart };
  }
}
