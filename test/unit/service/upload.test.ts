import { once } from "node:events";
import { existsSync } from "node:fs";
import { open, readdir, readFile } from "node:fs/promises";
import { type ClientRequest, request } from "node:http";
import { Readable } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import {
  MAX_UPLOAD_BYTES,
  problemSchema,
  savedPictureSchema,
} from "../../../plugin/protocol/service.ts";
import { freePictureName } from "../../../plugin/service/picture-name.ts";
import { Uploads } from "../../../plugin/service/upload.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";
import { eventually, type Reply, type ServedProject, withServedProject } from "./served-project.ts";

const test = suite("service/upload");

/** As much of a PNG as the service looks at; the fake generator makes a mesh of anything. */
const PNG = Buffer.from("\x89PNG\r\n\x1a\n and the rest of it", "latin1");

/** Bytes sent between two looks at the memory, each of which takes its time. */
const LOOK_EVERY = 16 << 20;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function upload(project: ServedProject, name: string, body: Uint8Array = PNG): Promise<Reply> {
  const path = `/pictures?name=${encodeURIComponent(name)}`;
  return project.ask({ method: "POST", path, body });
}

async function pictures(project: ServedProject): Promise<string[]> {
  const names = await readdir(project.cwd);
  return names.filter((name) => !name.endsWith(".glb") && !name.endsWith(".json")).sort();
}

test("a picture that is sent stands in the first watched folder and becomes a mesh", () =>
  withServedProject(
    { "art/.keep": "", "more/.keep": "" },
    { inputs: ["art", "more"] },
    async (project) => {
      const listener = project.listen();
      const reply = await upload(project, "hero.png");
      assert.is(reply.status, 201);
      assert.equal(savedPictureSchema.parse(reply.json), { picture: "art/hero.png" });
      assert.equal(await readFile(project.path("art/hero.png")), PNG);
      await listener.untilState("art/hero.png", "ready");
      listener.socket.close();
    },
  ));

test("of several inputs a folder of which all pictures count gets the upload", () =>
  withServedProject(
    { "boss.png": "one", "art/.keep": "" },
    { inputs: ["boss.png", "art"] },
    async (project) => {
      const { json } = await upload(project, "hero.png");
      assert.equal(savedPictureSchema.parse(json), { picture: "art/hero.png" });
    },
  ));

test("an upload that the inputs do not match is refused and leaves nothing; one that they match is kept", () =>
  withServedProject(
    { "art/boss-1.png": "one" },
    { inputs: ["art/boss-*.png"] },
    async (project) => {
      const refused = await upload(project, "hero.png");
      assert.is(refused.status, 400);
      assert.match(problemSchema.parse(refused.json).message, "art/hero.png: is not among");
      assert.not.ok(existsSync(project.path("art/hero.png")));
      assert.is((await upload(project, "boss-2.png")).status, 201);
      assert.equal(await readFile(project.path("art/boss-2.png")), PNG);
    },
  ));

test("no picture is replaced, nor one whose mesh would have the same name", () =>
  withServedProject({ "hero.jpg": "one" }, {}, async (project) => {
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, k) => upload(project, k % 2 ? "hero.png" : "HERO.png")),
    );
    const saved = replies.map(({ json }) => savedPictureSchema.parse(json).picture);
    const stems = saved.map((name) => name.toLowerCase().replace(".png", ""));
    assert.equal(
      stems.sort(),
      [2, 3, 4, 5, 6, 7, 8, 9].map((k) => `hero-${k}`),
    );
    assert.is(await readFile(project.path("hero.jpg"), "utf8"), "one");
  }));

test("a free name is the first whose stem no picture has", () => {
  assert.is(freePictureName("a.png", []), "a.png");
  assert.is(freePictureName("a.png", ["a.txt", "ab.png"]), "a.png");
  assert.is(freePictureName("a.png", ["A.JPG", "a-2.webp", "a-4.png"]), "a-3.png");
  assert.is(freePictureName("a.b.png", ["a.b.svg"]), "a.b-2.png");
});

test("a name that is more than a name, or no picture's, is refused", () =>
  withServedProject({}, {}, async (project) => {
    const cases: readonly (readonly [string, number])[] = [
      ["../hero.png", 400],
      ["..\\hero.png", 400],
      ["/tmp/hero.png", 400],
      ["C:\\hero.png", 400],
      ["C:hero.png", 400],
      ["hero.png\0.png", 400],
      ["he\nro.png", 400],
      ["he\u007fro.png", 400],
      [".hero.png", 400],
      [".png", 400],
      [" hero.png", 400],
      ["con.png", 400],
      ["COM1.hero.png", 400],
      ["hero_albedo.png", 400],
      [`${"x".repeat(300)}.png`, 400],
      ["hero.png?", 400],
      ["hero", 415],
      ["hero.exe", 415],
      ["hero.png.html", 415],
      ["", 415],
    ];
    for (const [name, status] of cases) {
      const reply = await upload(project, name);
      assert.is(reply.status, status, name);
      problemSchema.parse(reply.json);
    }
    for (const path of ["/pictures", "/pictures?name=a.png&name=b.png", "/pictures?title=a.png"]) {
      assert.is((await project.ask({ method: "POST", path, body: PNG })).status, 400, path);
    }
    assert.equal(await pictures(project), [".maquette"]);
  }));

test("what is no picture does not get a name, whatever it is called", () =>
  withServedProject({}, {}, async (project) => {
    const contents: readonly (readonly [string, number, RegExp])[] = [
      ["<html><script>alert(1)</script>", 415, /its content is not a picture/],
      ["%PDF-1.7", 415, /is a PDF file/],
      ["MZ\x90", 415, /not a picture/],
      ["", 422, /is empty/],
    ];
    for (const [content, status, message] of contents) {
      const reply = await upload(project, "hero.png", Buffer.from(content, "latin1"));
      assert.is(reply.status, status, content);
      assert.match(problemSchema.parse(reply.json).message, message);
    }
    assert.equal(await pictures(project), [".maquette"]);
  }));

test("any content type is taken for bytes, JSON too", () =>
  withServedProject({}, {}, async (project) => {
    for (const type of ["image/png", "application/json", "text/plain"]) {
      const path = "/pictures?name=a.png";
      const headers = { "content-type": type };
      assert.is(
        (await project.ask({ method: "POST", path, headers, body: PNG })).status,
        201,
        type,
      );
    }
  }));

test("100 MB, declared or in pieces, are refused without being kept", () =>
  withServedProject({}, {}, async (project) => {
    const LARGE = 100 << 20;
    assert.ok(LARGE > MAX_UPLOAD_BYTES);
    for (const isDeclared of [true, false]) {
      const before = bytesHeld();
      const { status, message, peak } = await sendLarge(project, LARGE, isDeclared);
      assert.is(status, 413);
      assert.match(message, "larger than 64 MB");
      assert.ok(peak - before < LARGE / 2, `${(peak - before) / 1e6} MB held`);
      assert.equal(await pictures(project), [".maquette"]);
    }
  }));

test("a disk that is full is the reason the client hears: all that it sends is still taken", () =>
  withFolder({}, async (folder) => {
    const openOnFullDisk = (async (path, flags) => {
      const file = await open(path, flags);
      file.writeFile = async () => {
        throw Object.assign(new Error("no space left"), { code: "ENOSPC", syscall: "write" });
      };
      return file;
    }) as typeof open;
    const source = Readable.from(Array.from({ length: 10 }, () => PNG));
    const saving = new Uploads(openOnFullDisk).save(source, "hero.png", folder);
    const error = await rejectionOf(InputError, saving);
    assert.is(error.code, "disk-full");
    assert.match(error.message, "hero.png: cannot be written, the disk is full");
    assert.ok(source.readableEnded, "what was left unread");
    assert.equal(await readdir(folder), []);
  }));

test("an upload that is broken off leaves nothing", () =>
  withServedProject({}, {}, async (project) => {
    const sent = beginUpload(project, { "content-length": "1000" });
    sent.write(PNG);
    await eventually(async () => (await pictures(project)).length === 2);
    sent.destroy();
    await eventually(async () => (await pictures(project)).length === 1);
    assert.not.ok(project.events.some(({ type }) => type === "bug"));
    assert.is((await upload(project, "hero.png")).status, 201);
  }));

test("an upload under way when the service ends leaves nothing", () =>
  withServedProject({}, { limits: { graceMs: 50 } }, async (project) => {
    const sent = beginUpload(project, { "content-length": "1000" });
    const broken = once(sent, "error");
    sent.write(PNG);
    await eventually(async () => (await pictures(project)).length === 2);
    await project.service.stop();
    await broken;
    assert.equal(await pictures(project), [".maquette"]);
  }));

function beginUpload(
  project: ServedProject,
  headers: Readonly<Record<string, string>>,
): ClientRequest {
  const sent = request({
    host: "127.0.0.1",
    port: project.port,
    method: "POST",
    path: "/pictures?name=hero.png",
    agent: false,
    headers: { authorization: `Bearer ${project.service.address.token}`, ...headers },
  });
  sent.on("error", () => undefined); // the tests look at it, or break it off themselves
  return sent;
}

/** Of buffers that are in use; what waits to be thrown away depends on the machine's mood. */
function bytesHeld(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

async function sendLarge(
  project: ServedProject,
  bytes: number,
  isDeclared: boolean,
): Promise<{ status: number; message: string; peak: number }> {
  const sent = beginUpload(project, isDeclared ? { "content-length": String(bytes) } : {});
  const answered = once(sent, "response");
  const chunk = Buffer.alloc(1 << 20);
  PNG.copy(chunk);
  let peak = 0;
  for (let done = 0; done < bytes; done += chunk.length) {
    if (!sent.write(chunk)) await once(sent, "drain");
    if (done % LOOK_EVERY === 0) peak = Math.max(peak, bytesHeld());
  }
  sent.end();
  const [response] = await answered;
  let body = "";
  for await (const part of response) body += part;
  const { message } = problemSchema.parse(JSON.parse(body));
  return { status: response.statusCode, message, peak };
}

test.run();
