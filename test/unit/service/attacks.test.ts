/** Clients that mean ill, or are broken, and the others that must not notice. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { WebSocket } from "ws";
import {
  EVENTS_SUBPROTOCOL,
  problemSchema,
  TOKEN_SUBPROTOCOL_PREFIX,
} from "../../../plugin/protocol/service.ts";
import { FakeGenerator } from "../../helpers/fake-generator.ts";
import { eventually, type ServedProject, withServedProject } from "./served-project.ts";

const test = suite("service/attacks");

/** Opcodes of RFC 6455, section 5.2. */
const TEXT = 0x1;
const BINARY = 0x2;
const CONTINUATION = 0x0;
const PING = 0x9;
const FINAL = 0x80;

const MASKED = 0x80;

/** Time enough for a client of this process to answer a ping, also on a machine at work. */
const HEARTBEAT_MS = 1000;

/** A frame as a client sends it; its mask is zero, so the payload stands in clear. */
function frame(first: number, payload: Uint8Array, length = payload.length): Buffer {
  const head =
    length < 126
      ? Buffer.from([first, MASKED | length])
      : Buffer.from([first, MASKED | 127, ...bigEndian(length)]);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}

function bigEndian(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}

test("frames of any kind but a pong end the connection, and say why", () =>
  withServedProject({ "a.png": "one" }, {}, async (project) => {
    const POLICY_VIOLATION = 1008;
    const PROTOCOL_ERROR = 1002;
    const TOO_BIG = 1009;
    const text = Buffer.from("hello");
    const cases: readonly (readonly [string, Buffer, number])[] = [
      ["a text", frame(FINAL | TEXT, text), POLICY_VIOLATION],
      ["bytes", frame(FINAL | BINARY, text), POLICY_VIOLATION],
      ["nothing", frame(FINAL | TEXT, Buffer.alloc(0)), POLICY_VIOLATION],
      [
        "a text in two parts",
        Buffer.concat([frame(TEXT, text), frame(FINAL | CONTINUATION, text)]),
        POLICY_VIOLATION,
      ],
      ["a large text", frame(FINAL | TEXT, Buffer.alloc(5000)), TOO_BIG],
      ["a text that says it is 4 GB", frame(FINAL | TEXT, text, 2 ** 32), TOO_BIG],
      [
        "many parts that never end",
        Buffer.concat([
          frame(TEXT, Buffer.alloc(100)),
          ...Array.from({ length: 50 }, () => frame(CONTINUATION, Buffer.alloc(100))),
        ]),
        TOO_BIG,
      ],
      ["a continuation of nothing", frame(FINAL | CONTINUATION, text), PROTOCOL_ERROR],
      ["an unknown opcode", frame(FINAL | 0x7, text), PROTOCOL_ERROR],
      ["reserved bits", frame(FINAL | 0x70 | TEXT, text), PROTOCOL_ERROR],
      ["a ping in parts", frame(PING, text), PROTOCOL_ERROR],
      ["no mask", Buffer.from([FINAL | TEXT, 5, ...text]), PROTOCOL_ERROR],
      ["invalid UTF-8", frame(FINAL | TEXT, Buffer.from([0xff, 0xfe])), 1007],
    ];
    const witness = project.listen();
    await witness.until(({ type }) => type === "hello");
    for (const [what, bytes, code] of cases) {
      assert.is(await codeAfter(project, bytes), code, what);
    }
    for (let k = 0; k < 20; k++) await codeAfter(project, randomBytes(200));
    assert.not.ok(project.events.some(({ type }) => type === "bug"));
    assert.is(witness.socket.readyState, WebSocket.OPEN);
    witness.socket.close();
  }));

test("half a head, half an upgrade and silence are cut off in time", () =>
  withServedProject({}, { limits: { headersMs: 100, requestMs: 200 } }, async (project) => {
    const { port, service } = project;
    const head = `Host: 127.0.0.1:${port}\r\n`;
    const bearer = `Authorization: Bearer ${service.address.token}\r\n`;
    const starts = [
      "",
      "GET /assets HT",
      `GET /assets HTTP/1.1\r\n${head}X-Never-Ends: `,
      `GET /events HTTP/1.1\r\n${head}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-`,
      `POST /pictures?name=a.png HTTP/1.1\r\n${head}${bearer}Content-Length: 100\r\n\r\nPNG`,
      `PATCH /assets/x/settings HTTP/1.1\r\n${head}${bearer}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a`,
    ];
    for (const start of starts) {
      const answer = await untilClosed(connection(project, start));
      assert.ok(answer === "" || /^HTTP\/1.1 (408|400) /.test(answer), answer);
    }
    assert.equal(await readdir(project.cwd), [".maquette"]);
  }));

test("a head that drips in for ever ends like one that stops", () =>
  withServedProject({}, { limits: { headersMs: 100, requestMs: 200 } }, async (project) => {
    const socket = connection(project, `GET /assets HTTP/1.1\r\n`);
    const drip = setInterval(() => socket.write("X-A: b\r\n"), 10);
    const answer = await untilClosed(socket);
    clearInterval(drip);
    assert.match(answer, /^HTTP\/1.1 408 /);
    const [, body = ""] = answer.split("\r\n\r\n");
    problemSchema.parse(JSON.parse(body));
  }));

test("what is not HTTP, or too much of it, is refused in a line", () =>
  withServedProject({}, {}, async (project) => {
    const head = `Host: 127.0.0.1:${project.port}\r\n`;
    const cases: readonly (readonly [string, number])[] = [
      ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
      ["HELO service\r\n\r\n", 400],
      ["GET /assets HTTP/9.9\r\n\r\n", 400],
      [`GET /assets HTTP/1.1\r\n${head}${"X-A: b\r\n".repeat(20_000)}\r\n`, 431],
      [`GET /${"a".repeat(20_000)} HTTP/1.1\r\n${head}\r\n`, 431],
      [
        `POST /pictures HTTP/1.1\r\n${head}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        400,
      ],
      [`POST /pictures HTTP/1.1\r\n${head}Content-Length: -1\r\n\r\n`, 400],
      [`GET /assets HTTP/1.1\r\n${head}X: a\0b\r\n\r\n`, 400],
      [`GET /assets HTTP/1.1\r\n${head}${head.trimEnd()}\n X: y\r\n\r\n`, 400],
    ];
    for (const [bytes, status] of cases) {
      const answer = await untilClosed(connection(project, bytes));
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), bytes.slice(0, 80));
    }
    assert.is((await project.ask({ path: "/assets" })).status, 200);
  }));

test("10,000 connections that are opened and dropped leave nothing behind", () =>
  withServedProject({}, {}, async (project) => {
    const TOTAL = 10_000;
    const AT_ONCE = 100;
    const [sockets, files] = [openSockets(), await openFiles()];
    const upgrade = upgradeRequest(project, project.service.address.token);
    for (let done = 0; done < TOTAL; done += AT_ONCE) {
      const batch = Array.from({ length: AT_ONCE }, (_, k) => dropped(project, k, upgrade));
      await Promise.all(batch);
    }
    await eventually(() => openSockets() <= sockets);
    await eventually(async () => (await openFiles()) <= files);
    const listener = project.listen();
    await listener.until(({ type }) => type === "hello");
    assert.not.ok(project.events.some(({ type }) => type === "bug"));
    listener.socket.close();
  }));

test("more clients than are allowed are told to come again, and may when others have gone", () =>
  withServedProject({}, { limits: { webSockets: 3 } }, async (project) => {
    const listeners = Array.from({ length: 10 }, () => project.listen());
    const refused = await Promise.all(listeners.map((listener) => listener.refused));
    assert.is(refused.filter((status) => status === undefined).length, 3);
    assert.is(refused.filter((status) => status === 503).length, 7);
    for (const { socket } of listeners) socket.close();
    await Promise.all(listeners.map(({ closed }) => closed));
    await eventually(async () => (await project.listen().refused) === undefined);
  }));

test("a client that stops reading costs little, hinders nobody and is told to come again", async () => {
  const UNSENT_BYTES = 64 << 10;
  const WARNING = "w".repeat(1000);
  const generator = new FakeGenerator({ warnings: Array(1000).fill(WARNING) });
  const limits = { unsentBytes: UNSENT_BYTES, heartbeatMs: HEARTBEAT_MS, webSockets: 2 };
  await withServedProject({ "a.png": "one" }, { generator, limits }, async (project) => {
    const reader = project.listen();
    const { uuid } = await reader.untilState("a.png", "ready");
    const slow = project.listen();
    await slow.until(({ type }) => type === "hello");
    slow.socket.pause();
    /** Each is told as an asset of about 1 MB, more in all than sockets of the system hold. */
    const REGENERATIONS = 30;
    for (let k = 0; k < REGENERATIONS; k++) {
      const from = reader.heard.length;
      await project.ask({ method: "POST", path: `/assets/${uuid}/generate` });
      await reader.untilState("a.png", "ready", from);
    }
    const told = slow.heard.length;
    await eventually(async () => {
      const { refused, socket } = project.listen();
      const isAllowed = (await refused) === undefined;
      socket.close();
      return isAllowed; // in the place of the slow one
    });
    slow.socket.resume();
    await slow.closed;
    assert.ok(slow.heard.length - told < REGENERATIONS, `${slow.heard.length - told} events kept`);
    assert.is(reader.socket.readyState, WebSocket.OPEN);
    reader.socket.close();
  });
});

test("a client that hangs without a word is cut off, one that answers pings stays", () =>
  withServedProject({}, { limits: { heartbeatMs: HEARTBEAT_MS } }, async (project) => {
    const listener = project.listen();
    await listener.until(({ type }) => type === "hello");
    const hung = connection(project, upgradeRequest(project, project.service.address.token));
    const answer = await untilClosed(hung);
    assert.match(answer, /^HTTP\/1.1 101 /);
    assert.is(listener.socket.readyState, WebSocket.OPEN);
    listener.socket.close();
  }));

test("the service ends soon, whatever its clients do not do", () =>
  withServedProject({}, { limits: { graceMs: 50 } }, async (project) => {
    const sockets = openSockets();
    const silent = connection(project, "");
    const half = connection(project, "GET /assets HTTP/1.1\r\n");
    const hung = connection(project, upgradeRequest(project, project.service.address.token));
    const closed = [silent, half, hung].map((socket) => untilClosed(socket));
    await once(hung, "data");
    await project.service.stop();
    await Promise.all(closed);
    await eventually(() => openSockets() <= sockets);
  }));

/** Sends `bytes` on a connection of its own, which takes everything that comes. */
function connection({ port }: ServedProject, bytes: string): Socket {
  const socket = connect(port, "127.0.0.1", () => socket.write(bytes, "latin1"));
  socket.on("error", () => undefined); // the service may cut it off in the middle of a word
  return socket;
}

/** What the service says until it closes the connection. */
async function untilClosed(socket: Socket): Promise<string> {
  let answer = "";
  socket.on("data", (data) => {
    answer += data.toString("latin1");
  });
  await once(socket, "close");
  return answer;
}

function upgradeRequest({ port }: ServedProject, token: string): string {
  return [
    "GET /events HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
    `Sec-WebSocket-Protocol: ${EVENTS_SUBPROTOCOL}, ${TOKEN_SUBPROTOCOL_PREFIX}${token}`,
    "\r\n",
  ].join("\r\n");
}

/** The code of the close frame that answers these bytes on a connection that is upgraded. */
async function codeAfter(project: ServedProject, bytes: Uint8Array): Promise<number> {
  const listener = project.listen();
  await listener.until(({ type }) => type === "hello");
  const { socket } = listener;
  const raw = Reflect.get(socket, "_socket") as Socket;
  raw.write(bytes);
  return await listener.closed;
}

/** Opens a connection and drops it at one of several moments. */
async function dropped(project: ServedProject, k: number, upgrade: string): Promise<void> {
  const starts = [
    "",
    "GET /ass",
    `GET /assets HTTP/1.1\r\nHost: 127.0.0.1:${project.port}\r\n\r\n`,
  ];
  const socket = connection(project, [...starts, upgrade][k % 4] ?? "");
  await once(socket, "connect");
  if (k % 4 >= 2) await once(socket, "data");
  if (k % 8 < 4) socket.resetAndDestroy();
  else socket.destroy();
  if (!socket.closed) await once(socket, "close");
}

/** Of this process: the service's and its clients'. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
}

/** Of this process; 0 where the system does not tell. */
async function openFiles(): Promise<number> {
  return process.platform === "linux" ? (await readdir("/proc/self/fd")).length : 0;
}

test.run();
