import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { WebSocket } from "ws";
import { ClientError } from "../../../editor-ui/client/client-error.ts";
import { type ConnectOptions, connectService } from "../../../editor-ui/client/connect.ts";
import type { ClientState, ServiceClient } from "../../../editor-ui/client/service-client.ts";
import {
  type FakeService,
  type FakeServiceOptions,
  startFakeService,
} from "../../helpers/fake-service.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { assetOf, hashOf, helloOf, resultOf, uuidOf } from "../../helpers/service-data.ts";

const test = suite("client/connect");

const ENEMIES = 1000;
/** One for each frame in which events arrive; far below one for each event. */
const MOST_CHANGES = 50;

/** Everything a test opened, in the order it was opened. */
const opened: { close(): unknown }[] = [];
test.after.each(async () => {
  while (opened.length > 0) await opened.pop()?.close();
});

async function service(options?: FakeServiceOptions): Promise<FakeService> {
  const fake = await startFakeService(options);
  opened.push(fake);
  return fake;
}

/** A client that notes its pauses and does not wait for long. */
function connect(options: ConnectOptions) {
  const pauses: number[] = [];
  const delay = async (ms: number, signal: AbortSignal) => {
    pauses.push(ms);
    await new Promise((resolve) => setTimeout(resolve, signal.aborted ? 0 : 1));
  };
  const client = connectService({ WebSocket, delay, ...options });
  opened.push(client);
  return { client, pauses };
}

function until(
  client: ServiceClient,
  holds: (state: ClientState) => boolean,
): Promise<ClientState> {
  return new Promise((resolve) => {
    const check = () => {
      if (!holds(client.state)) return;
      unsubscribe();
      resolve(client.state);
    };
    const unsubscribe = client.subscribe(check);
    check();
  });
}
const untilOpen = (client: ServiceClient) =>
  until(client, ({ connection }) => connection === "open");
const untilProblem = (client: ServiceClient, problem: RegExp) =>
  until(client, (state) => problem.test(state.problem ?? ""));
const namesOf = ({ assets }: ClientState) => [...assets.values()].map(({ name }) => name);

test("the project is there after hello, its assets in the order of their pictures", async () => {
  const fake = await service({ greet: () => [helloOf(assetOf(1, "zebra"), assetOf(2, "ant"))] });
  const { client } = connect({ locate: async () => fake.address });
  assert.is(client.state.connection, "connecting");
  assert.is(client.state.assets.size, 0);
  const state = await untilOpen(client);
  assert.equal(namesOf(state), ["ant", "zebra"]);
  assert.is(state.project, "game");
  assert.is(state.model?.name, "Tiny");
  assert.equal(state.folders, ["art"]);
  assert.is(state.problem, undefined);
});

test("events change the state, and what they do not concern stays the same object", async () => {
  const fake = await service({ greet: () => [helloOf(assetOf(1, "ant"), assetOf(2, "zebra"))] });
  const { client } = connect({ locate: async () => fake.address });
  const before = await untilOpen(client);
  const ant = before.assets.get(uuidOf(1));
  fake.say(
    { type: "asset", asset: assetOf(2, "bee") },
    { type: "asset", asset: assetOf(3, "aardvark") },
    { type: "log", level: "warning", message: "the disk is nearly full" },
    { type: "model", model: { ...helloOf().model, deviceInUse: "cpu" } },
  );
  const after = await until(client, ({ model }) => model?.deviceInUse === "cpu");
  assert.equal(namesOf(after), ["aardvark", "ant", "bee"]);
  assert.is(after.assets.get(uuidOf(1)), ant);
  assert.equal(after.log, [{ level: "warning", message: "the disk is nearly full" }]);
  assert.equal(namesOf(before), ["ant", "zebra"]);
  fake.say({ type: "gone", uuid: uuidOf(1) });
  assert.equal(namesOf(await until(client, ({ assets }) => assets.size === 2)), [
    "aardvark",
    "bee",
  ]);
});

test(`${ENEMIES} events make few changes`, async () => {
  const fake = await service({ greet: () => [helloOf()] });
  const { client } = connect({ locate: async () => fake.address });
  await untilOpen(client);
  let changes = 0;
  client.subscribe(() => changes++);
  for (let i = 0; i < ENEMIES; i++) fake.say({ type: "asset", asset: assetOf(i, `enemy ${i}`) });
  await until(client, ({ assets }) => assets.size === ENEMIES);
  assert.ok(changes <= MOST_CHANGES, `${changes} changes`);
});

test("a listener is told until it is taken off, once for each time it was put on", async () => {
  const fake = await service({ greet: () => [helloOf()] });
  const { client } = connect({ locate: async () => fake.address });
  let calls = 0;
  const listener = () => void calls++;
  const [first, second] = [client.subscribe(listener), client.subscribe(listener)];
  await untilOpen(client);
  assert.is(calls, 2);
  first();
  first();
  fake.say({ type: "asset", asset: assetOf(1, "ant") });
  await until(client, ({ assets }) => assets.size === 1);
  assert.is(calls, 3);
  second();
});

test("a service that was started again elsewhere is found, and assets that vanished are gone", async () => {
  const first = await startFakeService({
    greet: () => [helloOf(assetOf(1, "ant"), assetOf(2, "bee"))],
  });
  let { address } = first;
  const { client } = connect({ locate: async () => address });
  await untilOpen(client);
  await first.close();
  const lost = await until(client, ({ connection }) => connection === "lost");
  assert.equal(namesOf(lost), ["ant", "bee"]);
  assert.match(lost.problem ?? "", /connection was lost \(stopped\) — .*maquette serve/);

  const second = await service({
    token: "1".repeat(64),
    greet: () => [helloOf(assetOf(2, "bee", { result: resultOf(hashOf(9)) }))],
  });
  address = second.address;
  const state = await untilOpen(client);
  assert.equal(namesOf(state), ["bee"]);
  assert.is(state.assets.get(uuidOf(2))?.result?.sha256, hashOf(9));
  assert.is(state.problem, undefined);
});

test("pauses grow to ten seconds, each give or take a half", async () => {
  let attempts = 0;
  const { client, pauses } = connect({
    locate: async () => {
      attempts++;
      throw new ClientError("no-service", "service: none — start one");
    },
  });
  while (attempts < 10) await until(client, () => true).then(() => new Promise(setImmediate));
  const nominal = [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000];
  for (const [i, ms] of nominal.entries()) {
    assert.ok(pauses[i] >= ms / 2 && pauses[i] <= ms * 1.5, `pause ${i}: ${pauses[i]} ms`);
  }
  assert.is(client.state.connection, "connecting");
  assert.is(client.state.problem, "service: none — start one");
});

test("a token that is refused is told in the service's words, and the search goes on", async () => {
  const fake = await service({ greet: () => [helloOf()] });
  let address = { ...fake.address, token: "f".repeat(64) };
  const { client } = connect({ locate: async () => address });
  const refused = await untilProblem(client, /./);
  assert.is(refused.problem, "token: is wrong — read it anew");
  assert.is(refused.connection, "connecting");
  assert.is(fake.accepted, 0);
  address = fake.address;
  await untilOpen(client);
});

test("another version is told with what to do, and tried again only after a long pause", async () => {
  const fake = await service({ greet: () => [{ ...helloOf(), version: 2, surprise: true }] });
  const { client, pauses } = connect({ locate: async () => fake.address });
  const { problem } = await untilProblem(client, /./);
  assert.match(problem ?? "", /another version .* — reload the page; .*update babylon-maquette/);
  assert.is(pauses[0], 10_000);
});

for (const [what, event, problem] of [
  ["no JSON", "{", /event: expected/],
  ["an unknown event", { type: "surprise" }, /type: expected/],
  [
    "an unknown key",
    { type: "gone", uuid: uuidOf(1), surprise: true },
    /event: expected type, uuid/,
  ],
  [
    "an unknown state",
    { type: "asset", asset: { ...assetOf(1, "ant"), state: "asleep" } },
    /asset\.state: expected one of waiting/,
  ],
  [
    "a second hello of another shape",
    { ...helloOf(), assets: 3 },
    /assets: expected a list of assets/,
  ],
] as const) {
  test(`${what} ends the connection, which then begins anew`, async () => {
    const fake = await service({ greet: () => [helloOf()] });
    const { client } = connect({ locate: async () => fake.address });
    await untilOpen(client);
    fake.say(event);
    const lost = await until(client, ({ connection }) => connection === "lost");
    assert.match(lost.problem ?? "", /^service: an event is not understood \(.*\) — /);
    assert.match(lost.problem ?? "", problem);
    await untilOpen(client);
    assert.is(fake.accepted, 2);
  });
}

test("news before hello is not believed", async () => {
  const fake = await service({ greet: () => [{ type: "asset", asset: assetOf(1, "ant") }] });
  const { client } = connect({ locate: async () => fake.address });
  const { problem, assets } = await untilProblem(client, /./);
  assert.match(problem ?? "", /asset before hello/);
  assert.is(assets.size, 0);
});

test("commands are the protocol's requests, and what comes back is read", async () => {
  const requests: string[] = [];
  const fake = await service({
    greet: () => [helloOf()],
    answer: async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      requests.push(`${request.method} ${request.url} ${Buffer.concat(chunks)}`.trim());
      if (request.url?.startsWith("/pictures")) {
        response.writeHead(201).end(JSON.stringify({ picture: "art/ant 2.png" }));
      } else if (request.url?.startsWith("/files")) response.end(Buffer.from([1, 2, 3]));
      else response.writeHead(request.method === "POST" ? 202 : 204).end();
    },
  });
  const { client } = connect({ locate: async () => fake.address });
  await untilOpen(client);
  const uuid = uuidOf(1);
  await client.generate(uuid);
  await client.cancel("job/7");
  await client.changeSettings(uuid, { triangles: 9, matte: null });
  await client.reveal(uuid);
  const saved = await client.upload("ant & bee.png", new Blob(["PNG"]));
  assert.equal(saved, { picture: "art/ant 2.png" });
  assert.equal(await client.mesh(uuid), Uint8Array.of(1, 2, 3));
  assert.is((await client.picture(uuid)).size, 3);
  assert.is((await client.thumbnail(uuid)).size, 3);
  assert.equal(requests, [
    `POST /assets/${uuid}/generate`,
    "DELETE /jobs/job%2F7",
    `PATCH /assets/${uuid}/settings {"triangles":9,"matte":null}`,
    `POST /assets/${uuid}/reveal`,
    "POST /pictures?name=ant%20%26%20bee.png PNG",
    `GET /files/${uuid}/mesh.glb`,
    `GET /files/${uuid}/picture`,
    `GET /files/${uuid}/thumbnail`,
  ]);
});

test("a refusal is an error with the service's code and words; any other failure says so", async () => {
  const answers = [
    [409, JSON.stringify({ code: "licence", message: "model: may not — choose another" })],
    [500, "<html>"],
  ] as const;
  let next = 0;
  const fake = await service({
    greet: () => [helloOf()],
    answer: (_, response) => {
      const [status, body] = answers[next++];
      response.writeHead(status).end(body);
    },
  });
  const { client } = connect({ locate: async () => fake.address });
  await untilOpen(client);
  const refused = await rejectionOf(ClientError, client.generate(uuidOf(1)));
  assert.equal([refused.code, refused.message], ["licence", "model: may not — choose another"]);
  const broken = await rejectionOf(ClientError, client.mesh(uuidOf(1)));
  assert.is(broken.code, "malformed");
  assert.match(broken.message, /answers 500 to GET \/files\/.* — /);
});

test("without a connection a request is refused with the reason", async () => {
  const { client } = connect({
    locate: async () => {
      throw new ClientError("no-service", "service: none — start one");
    },
  });
  const early = await rejectionOf(ClientError, client.generate(uuidOf(1)));
  assert.is(early.code, "unreachable");
  await untilProblem(client, /./);
  const error = await rejectionOf(ClientError, client.generate(uuidOf(1)));
  assert.equal([error.code, error.message], ["unreachable", "service: none — start one"]);
});

test("close ends socket and requests and leaves nothing that runs", async () => {
  let asked: () => void = () => undefined;
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  // A request that is never answered.
  const fake = await startFakeService({ greet: () => [helloOf()], answer: () => asked() });
  const { client } = connect({ locate: async () => fake.address });
  await untilOpen(client);
  const request = rejectionOf(ClientError, client.mesh(uuidOf(1)));
  await isAsked;
  let changes = 0;
  client.subscribe(() => changes++);
  const [socket] = fake.open;
  const socketEnds = once(socket, "close");
  client.close();
  client.close();
  assert.is((await request).code, "closed");
  assert.is((await rejectionOf(ClientError, client.generate(uuidOf(1)))).code, "closed");
  assert.is(client.state.connection, "closed");
  assert.is(changes, 1);
  await socketEnds;
  await fake.close();
  assert.is(changes, 1);
});

test("close during the search or a pause ends that", async () => {
  const searching = connect({ locate: () => new Promise(() => undefined) }).client;
  searching.close();
  assert.is(searching.state.connection, "closed");

  let isOver = false;
  const { client } = connect({
    locate: async () => {
      throw new Error("no idea");
    },
    delay: (_, signal) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          isOver = true;
          resolve();
        });
      }),
  });
  const { problem } = await untilProblem(client, /./);
  assert.match(problem ?? "", /^service: it cannot be found, no idea — /);
  client.close();
  assert.ok(isOver);
});

test("by itself the client waits, and tries again", async () => {
  const fake = await service({ greet: () => [helloOf()] });
  let attempts = 0;
  const locate = async () => {
    if (attempts++ > 0) return fake.address;
    throw new ClientError("no-service", "service: none — start one");
  };
  const client = connectService({ WebSocket, locate });
  opened.push(client);
  await untilOpen(client);
  assert.is(attempts, 2);
});

test("a connection that was looked for while the client was closed is not opened", async () => {
  const fake = await service({ greet: () => [helloOf()] });
  let found: () => void = () => undefined;
  const { client } = connect({
    locate: () =>
      new Promise((resolve) => {
        found = () => resolve(fake.address);
      }),
  });
  client.close();
  found();
  await new Promise(setImmediate);
  assert.is(fake.open.size + fake.accepted, 0);
});

test("where there is no WebSocket, one has to be given", () => {
  const { WebSocket: own } = globalThis as { WebSocket?: unknown };
  if (own !== undefined) return;
  assert.throws(() => connectService({ locate: () => new Promise(() => undefined) }), /package ws/);
});

test.run();
