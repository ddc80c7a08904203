import { createHash } from "node:crypto";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import sharp from "sharp";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { problemSchema } from "../../../plugin/protocol/service.ts";
import { RGB, uniformRows, writePng } from "../../helpers/png.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";
import { withServedProject } from "./served-project.ts";

const test = suite("service/files");

const SECRET = "a secret that no client may read";
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><script>x</script></svg>`;
const WIDE = writePng(600, 300, 8, RGB, uniformRows(600, 300, [200, 100, 50]));

/** Ways out of a folder, to a file of this name beside it or in the system. */
const WAYS_OUT = (file: string): string[] => [
  `../${file}`,
  `..%2f${file}`,
  `%2e%2e/${file}`,
  `%2e%2e%2f${file}`,
  `%252e%252e%252f${file}`,
  `..%5c${file}`,
  `..\\${file}`,
  `....//${file}`,
  `./../${file}`,
  `x/../../${file}`,
  `/${file}`,
  `//etc/passwd`,
  `%2fetc%2fpasswd`,
  `/etc/passwd`,
  `..%00/${file}`,
  `${file}%00.png`,
  `%c0%ae%c0%ae/${file}`,
  `C:%5cWindows%5cwin.ini`,
  `file:///etc/passwd`,
];

test("a mesh is what its hash says, and is not sent to a client that has it", () =>
  withServedProject({ "a.png": "one" }, {}, async (project) => {
    const listener = project.listen();
    const { uuid, result } = await listener.untilState("a.png", "ready");
    const path = `/files/${uuid}/mesh.glb`;
    const reply = await project.ask({ path });
    assert.is(reply.status, 200);
    assert.is(reply.headers["content-type"], "model/gltf-binary");
    assert.is(createHash("sha256").update(reply.body).digest("hex"), result?.sha256);
    const tag = String(reply.headers["etag"]);
    assert.is(tag, `"${result?.sha256}"`);
    const again = await project.ask({ path, headers: { "if-none-match": tag } });
    assert.is(again.status, 304);
    assert.is(again.body.length, 0);
    await writeFile(project.path("a.png"), "another");
    await listener.untilState("a.png", "ready", listener.heard.length);
    assert.is((await project.ask({ path, headers: { "if-none-match": tag } })).status, 200);
    const head = await project.ask({ method: "HEAD", path });
    assert.is(head.status, 200);
    assert.is(head.body.length, 0);
    listener.socket.close();
  }));

test("a picture has the type of its content, never one that a browser runs", () =>
  withServedProject(
    { "a.png": SVG, "html.png": "<html><svg></svg></html>" },
    {},
    async (project) => {
      await writeFile(project.path("b.svg"), WIDE);
      const listener = project.listen();
      const types: Record<string, unknown> = {};
      for (const picture of ["a.png", "b.svg", "html.png"]) {
        const { uuid } = await listener.untilState(picture, "ready");
        const { headers, status } = await project.ask({ path: `/files/${uuid}/picture` });
        types[picture] = status === 200 ? headers["content-type"] : status;
        assert.is(headers["x-content-type-options"], "nosniff");
        assert.match(String(headers["content-security-policy"]), "sandbox");
      }
      assert.equal(types, { "a.png": "image/svg+xml", "b.svg": "image/png", "html.png": 415 });
      listener.socket.close();
    },
  ));

test("a thumbnail is a PNG of at most 256 pixels a side, and never larger than the picture", () =>
  withServedProject({ "bad.png": "not a picture" }, {}, async (project) => {
    const small = writePng(40, 30, 8, RGB, uniformRows(40, 30, [1, 2, 3]));
    await writeFile(project.path("wide.png"), WIDE);
    await writeFile(project.path("small.png"), small);
    const listener = project.listen();
    const sizes: Record<string, unknown> = {};
    for (const picture of ["wide.png", "small.png"]) {
      const { uuid } = await listener.untilState(picture, "ready");
      const { headers, body } = await project.ask({ path: `/files/${uuid}/thumbnail` });
      assert.is(headers["content-type"], "image/png");
      const known = { "if-none-match": String(headers["etag"]) };
      const again = await project.ask({ path: `/files/${uuid}/thumbnail`, headers: known });
      assert.is(again.status, 304);
      const { format, width, height } = await sharp(body).metadata();
      sizes[picture] = { format, width, height };
    }
    assert.equal(sizes, {
      "wide.png": { format: "png", width: 256, height: 128 },
      "small.png": { format: "png", width: 40, height: 30 },
    });
    const { uuid } = await listener.untilState("bad.png", "ready");
    const refused = await project.ask({ path: `/files/${uuid}/thumbnail` });
    assert.is(refused.status, 415);
    assert.not.match(problemSchema.parse(refused.json).message, project.cwd);
    listener.socket.close();
  }));

test("no way leads out by an address", () =>
  withFolder({ "secret.txt": SECRET, "project/a.png": "one" }, (folder) =>
    withServedProject({ "a.png": "one" }, {}, async (project) => {
      const listener = project.listen();
      const { uuid } = await listener.untilState("a.png", "ready");
      const secret = join(folder, "secret.txt");
      for (const way of [...WAYS_OUT("secret.txt"), secret, encodeURIComponent(secret)]) {
        for (const path of [
          `/files/${way}`,
          `/files/${way}/picture`,
          `/files/${uuid}/${way}`,
          `/files/${uuid}/picture/${way}`,
          `/${way}`,
        ]) {
          const { status, body } = await project.ask({ path });
          assert.ok(status >= 400 && status < 500, `${status} ${path}`);
          assert.not.match(String(body), SECRET);
          assert.not.match(String(body), "root:");
          assert.not.match(String(body), folder);
        }
      }
      listener.socket.close();
    }),
  ));

test("a link that leads out of the project is not followed; one that stays inside is", () =>
  withFolder({ "outside.png": SECRET }, (outside) =>
    withServedProject({ "real/b.png": "two", "a.png": "one" }, {}, async (project) => {
      await writeFile(join(outside, "outside.png"), WIDE);
      await symlink(join(outside, "outside.png"), project.path("out.png"));
      await symlink(project.path("real/b.png"), project.path("in.png"));
      await writeFile(project.path("real/b.png"), WIDE);
      const listener = project.listen();
      const { uuid: out } = await listener.untilState("out.png", "ready");
      const { uuid: inside } = await listener.untilState("in.png", "ready");
      for (const file of ["picture", "thumbnail"]) {
        const reply = await project.ask({ path: `/files/${out}/${file}` });
        assert.is(reply.status, 403, file);
        assert.not.match(String(reply.body), outside);
        assert.is((await project.ask({ path: `/files/${inside}/${file}` })).status, 200, file);
      }
      // A mesh that is replaced by a link is none of ours any more.
      const { uuid } = await listener.untilState("a.png", "ready");
      await rm(project.path("a.glb"));
      await symlink(join(outside, "outside.png"), project.path("a.glb"));
      assert.is((await project.ask({ path: `/files/${uuid}/mesh.glb` })).status, 403);
      listener.socket.close();
    }),
  ));

test("a mesh in an output folder elsewhere is served, and so is one that is not there yet: as missing", () =>
  withFolder({}, (out) =>
    withServedProject({ "a.png": "one", "bad.png": "bad" }, { out }, async (project) => {
      const listener = project.listen();
      const { uuid } = await listener.untilState("a.png", "ready");
      const mesh = await project.ask({ path: `/files/${uuid}/mesh.glb` });
      assert.equal(mesh.body, await readFile(join(out, "a.glb")));
      const { uuid: bad } = await listener.untilState("bad.png", "failed");
      const none = await project.ask({ path: `/files/${bad}/mesh.glb` });
      assert.is(none.status, 404);
      assert.match(problemSchema.parse(none.json).message, "has no mesh yet");
      listener.socket.close();
    }),
  ));

test("the page needs no token, runs only its own scripts, and is all there is of its folder", () =>
  withFolder({ "secret.txt": SECRET, "page/.hidden": SECRET }, async (folder) => {
    await mkdir(join(folder, "page/chunks"));
    await writeFile(join(folder, "page/index.html"), "<title>Studio</title>");
    await writeFile(join(folder, "page/chunks/a.js"), "1");
    const pages = pathToFileURL(`${join(folder, "page")}/`);
    await withServedProject({}, { pages }, async (project) => {
      const page = await project.ask({ path: "/", token: false });
      assert.is(page.status, 200);
      assert.match(String(page.body), "Studio");
      assert.match(String(page.headers["content-type"]), "text/html");
      const policy = String(page.headers["content-security-policy"]);
      assert.match(policy, "script-src 'self';");
      assert.match(policy, "frame-ancestors 'none'");
      assert.match(policy, `ws://127.0.0.1:${project.port}`);
      const script = await project.ask({ path: "/chunks/a.js", token: false });
      assert.match(String(script.headers["content-type"]), "javascript");

      const host = { host: `evil.example:${project.port}` };
      assert.is((await project.ask({ path: "/", token: false, headers: host })).status, 421);
      assert.is((await project.ask({ path: "/assets", token: false })).status, 401);
      assert.is((await project.ask({ path: "/assets" })).status, 200);
      for (const way of [...WAYS_OUT("secret.txt"), ".hidden", "%2ehidden", "chunks", "chunks/"]) {
        for (const path of [`/${way}`, `/chunks/${way}`, `/chunks/../${way}`]) {
          const { status, body } = await project.ask({ path, token: false });
          assert.ok(status >= 300 && status < 500, `${status} ${path}`);
          assert.not.match(String(body), SECRET);
          assert.not.match(String(body), "root:");
          assert.not.match(String(body), folder);
        }
      }
    });
  }));

test.run();
