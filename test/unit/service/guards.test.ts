import { connect } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { WebSocket } from "ws";
import { EVENTS_SUBPROTOCOL, problemSchema } from "../../../plugin/protocol/service.ts";
import { type Ask, type Reply, type ServedProject, withServedProject } from "./served-project.ts";

const test = suite("service/guards");

const NIL = "00000000-0000-4000-8000-000000000000";
const WRONG_TOKEN = "0".repeat(64);

/** Every route of the protocol that a token opens. */
const ROUTES: readonly Ask[] = [
  { path: "/assets" },
  { method: "HEAD", path: "/assets" },
  { method: "POST", path: `/assets/${NIL}/generate` },
  { method: "PATCH", path: `/assets/${NIL}/settings`, body: "{}" },
  { method: "POST", path: `/assets/${NIL}/reveal` },
  { method: "DELETE", path: "/jobs/1" },
  { method: "POST", path: "/pictures?name=a.png", body: "x" },
  { path: `/files/${NIL}/picture` },
  { path: `/files/${NIL}/thumbnail` },
  { path: `/files/${NIL}/mesh.glb` },
  { path: "/events" },
];

function assertProblem({ json }: Reply): void {
  assert.is(problemSchema.parse(json).code, "no-permission");
}

test("every route wants the token: without it, with another, with half of it", () =>
  withServedProject({}, {}, async (project) => {
    const { token } = project.service.address;
    for (const route of ROUTES) {
      for (const given of [false, WRONG_TOKEN, token.slice(0, 32), `${token}0`, ""] as const) {
        const reply = await project.ask({ ...route, token: given });
        assert.is(reply.status, 401, `${route.method} ${route.path} with ${given}`);
        assert.is(reply.headers["www-authenticate"], "Bearer");
        if (route.method !== "HEAD") assertProblem(reply);
      }
    }
    assert.is((await project.ask({ path: `/assets?token=${token}`, token: false })).status, 401);
  }));

test("the upgrade wants the token, offered beside the subprotocol of events", () =>
  withServedProject({}, {}, async (project) => {
    assert.is(await project.listen({ token: WRONG_TOKEN }).refused, 401);
    const { token } = project.service.address;
    const url = `ws://127.0.0.1:${project.port}/events`;
    for (const protocols of [[], [EVENTS_SUBPROTOCOL], [`maquette.token.${token}`]]) {
      assert.is(await refusal(new WebSocket(url, protocols)), 401, protocols.join());
    }
    const listener = project.listen();
    assert.is(await listener.refused, undefined);
    assert.is(listener.socket.protocol, EVENTS_SUBPROTOCOL);
    listener.socket.close();
    await listener.closed;
  }));

test("a name that is made to resolve to this machine is refused", () =>
  withServedProject({}, {}, async (project) => {
    const { port } = project;
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      "127.0.0.1",
      `127.0.0.1:${port + 1}`,
      `127.0.0.2:${port}`,
      `user@127.0.0.1:${port}`,
    ]) {
      const reply = await project.ask({ path: "/assets", headers: { host } });
      assert.is(reply.status, 421, host);
      assertProblem(reply);
      const socket = new WebSocket(`ws://127.0.0.1:${port}/events`, [], { headers: { host } });
      assert.is(await refusal(socket), 421, host);
    }
    for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, `127.0.0.1:${port}`]) {
      assert.is((await project.ask({ path: "/assets", headers: { host } })).status, 200, host);
    }
    for (const [first, second] of [
      ["evil.example", `127.0.0.1:${port}`],
      [`127.0.0.1:${port}`, "evil.example"],
    ]) {
      const twice = await exchange(
        project,
        `GET /assets HTTP/1.1\r\nHost: ${first}\r\nHost: ${second}\r\nConnection: close\r\n\r\n`,
      );
      assert.match(twice, /^HTTP\/1.1 4(00|21) /, `${first}, then ${second}`);
    }
    const withoutHost = await exchange(project, "GET /assets HTTP/1.1\r\n\r\n");
    assert.match(withoutHost, /^HTTP\/1.1 400 /);
    const proxied = await exchange(
      project,
      `GET http://evil.example/assets HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
    );
    assert.match(proxied, /^HTTP\/1.1 421 /);
  }));

test("pages of other origins are refused, also in upgrades and preflights; this machine's are not", () =>
  withServedProject({}, { origins: ["file://", "https://studio.example"] }, async (project) => {
    const foreign = [
      "https://evil.example",
      "null",
      "http://localhost.evil.example",
      "http://localhost@evil.example",
      "http://127.0.0.1.evil.example:80",
      "https://studio.example.evil.example",
      "chrome-extension://abcdef",
    ];
    for (const origin of foreign) {
      const headers = { origin, "access-control-request-method": "GET" };
      for (const method of ["GET", "OPTIONS"]) {
        const reply = await project.ask({ method, path: "/assets", headers });
        assert.is(reply.status, 403, `${method} ${origin}`);
        assert.is(reply.headers["access-control-allow-origin"], undefined);
      }
      assert.is(await project.listen({ origin }).refused, 403, origin);
    }
    const own = [
      project.service.address.url,
      "http://localhost:5173",
      "https://localhost:5173",
      "http://[::1]:8080",
      "file://",
      "https://studio.example",
    ];
    for (const origin of own) {
      const reply = await project.ask({ path: "/assets", headers: { origin } });
      assert.is(reply.status, 200, origin);
      assert.is(reply.headers["access-control-allow-origin"], origin);
      assert.is(reply.headers["access-control-allow-credentials"], undefined);
      const listener = project.listen({ origin });
      assert.is(await listener.refused, undefined, origin);
      listener.socket.close();
      await listener.closed;
    }
  }));

test("an origin that is refused is told of once, with what to do; thousands of them are not", () =>
  withServedProject({}, {}, async (project) => {
    const told = () =>
      project.events.flatMap((event) => (event.type === "problem" ? [event.message] : []));
    const headers = { origin: "https://game.example:8443" };
    for (let k = 0; k < 3; k++) await project.ask({ path: "/assets", headers });
    assert.equal(told(), [
      "Origin: pages of https://game.example:8443 may not use this service — if they are yours, start it with --allow-origin https://game.example:8443",
    ]);
    for (let k = 0; k < 100; k++) {
      await project.ask({ path: "/", headers: { origin: `https://page-${k}.example` } });
    }
    assert.is(told().length, 20);
    await project.ask({ path: "/", headers: { origin: `https://${"x".repeat(4000)}.example` } });
    assert.is(told().length, 20);
  }));

test("a preflight says what pages of this machine may send", () =>
  withServedProject({}, {}, async (project) => {
    const reply = await project.ask({
      method: "OPTIONS",
      path: `/assets/${NIL}/settings`,
      token: false,
      headers: {
        origin: "http://localhost:5173",
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "authorization,content-type",
      },
    });
    assert.is(reply.status, 204);
    assert.match(String(reply.headers["access-control-allow-methods"]), "PATCH");
    assert.match(String(reply.headers["access-control-allow-headers"]), "authorization");
    assert.is(reply.headers["access-control-allow-origin"], "http://localhost:5173");
  }));

test("upgrades elsewhere, or to something else, are no way around", () =>
  withServedProject({}, {}, async (project) => {
    const { token } = project.service.address;
    const protocols = [EVENTS_SUBPROTOCOL, `maquette.token.${token}`];
    for (const path of ["/", "/assets", "/nothing", "/events/"]) {
      const socket = new WebSocket(`ws://127.0.0.1:${project.port}${path}`, protocols);
      assert.is(await refusal(socket), 404, path);
    }
    const head = `Host: 127.0.0.1:${project.port}\r\nConnection: Upgrade\r\n`;
    const toHttp2 = await exchange(project, `GET /assets HTTP/1.1\r\n${head}Upgrade: h2c\r\n\r\n`);
    assert.match(toHttp2, /^HTTP\/1.1 404 /);
    const posted = await exchange(
      project,
      `POST /pictures?name=a.png HTTP/1.1\r\n${head}Upgrade: websocket\r\n\r\n`,
    );
    assert.match(posted, /^HTTP\/1.1 404 /);
  }));

test("answers are kept by nobody, taken for nothing else and shown in no frame", () =>
  withServedProject({}, {}, async (project) => {
    for (const path of ["/assets", "/nothing"]) {
      const { headers } = await project.ask({ path });
      assert.is(headers["cache-control"], "no-store");
      assert.is(headers["x-content-type-options"], "nosniff");
      assert.match(String(headers["content-security-policy"]), "frame-ancestors 'none'");
      assert.is(headers["server"], undefined);
      assert.is(headers["x-powered-by"], undefined);
    }
  }));

function refusal(socket: WebSocket): Promise<number | undefined> {
  return new Promise((resolve) => {
    socket.on("open", () => resolve(undefined));
    socket.on("unexpected-response", (_, response) => {
      resolve(response.statusCode);
      response.destroy();
    });
    socket.on("error", () => resolve(0));
  });
}

/** What the service says to these bytes until it closes the connection. */
function exchange({ port }: ServedProject, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (data) => {
      answer += data;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

test.run();
