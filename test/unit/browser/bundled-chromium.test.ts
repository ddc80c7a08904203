import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { findBundledChromium } from "../../../plugin/browser/bundled-chromium.ts";
import { withEnvironment } from "../../helpers/environment.ts";
import { testUnless } from "../../helpers/skip.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("browser/bundled-chromium");

const noChromium =
  process.platform === "linux" && process.arch === "x64"
    ? undefined
    : "the bundled Chromium is Linux x64's";

testUnless(noChromium, test, "its libraries are open to all its processes under any umask", () =>
  withFolder({}, (cache) =>
    withEnvironment({ MAQUETTE_CACHE: cache }, async () => {
      const former = process.umask(0o077);
      try {
        const chromium = await findBundledChromium();
        assert.ok(chromium !== undefined);
        const folder = dirname(chromium.executablePath);
        const names = await readdir(folder, { recursive: true });
        const libraries = names.filter((name) => name.endsWith(".so"));
        assert.ok(libraries.length > 0);
        for (const name of libraries) {
          const { mode } = await stat(join(folder, name));
          assert.is(mode & 0o444, 0o444, `${name}: mode ${mode.toString(8)}`);
        }
      } finally {
        process.umask(former);
      }
    }),
  ),
);

test.run();
