import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toLocate } from "../../../editor-ui/client/address.ts";
import { ClientError } from "../../../editor-ui/client/client-error.ts";
import { rejectionOf } from "../../helpers/rejection.ts";

const test = suite("client/address");

const ADDRESS = { version: 1, url: "http://127.0.0.1:4000", token: "a".repeat(64), pid: 7 };
const { signal } = new AbortController();

/** Looks for the service through a development server that answers with this. */
async function locateThrough(status: number, body: string) {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/.maquette/service.json`;
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { search: toLocate(url)(signal).finally(end), url };
}

test("an address is taken as it is, and so is what finds one", async () => {
  const locate = async () => ADDRESS;
  assert.is(toLocate(locate), locate);
  assert.is(await toLocate(ADDRESS)(signal), ADDRESS);
});

test("the address is read from the project's file", async () => {
  const { search } = await locateThrough(200, JSON.stringify(ADDRESS));
  assert.equal(await search, ADDRESS);
});

for (const [what, status, body, says] of [
  ["no file", 404, "", /answers 404/],
  // As single-page applications are served.
  ["a page in its place", 200, "<!doctype html>", /cannot be read/],
  ["a file of something else", 200, "{}", /does not say where it is/],
  [
    "an address elsewhere, which would be told the token",
    200,
    JSON.stringify({ ...ADDRESS, url: "http://example.com:80" }),
    /does not say where it is/,
  ],
] as const) {
  test(`${what}: no service is running, with what to do`, async () => {
    const { search, url } = await locateThrough(status, body);
    const error = await rejectionOf(ClientError, search);
    assert.is(error.code, "no-service");
    assert.ok(error.message.includes(url));
    assert.match(error.message, says);
    assert.match(error.message, / — start `maquette serve`/);
  });
}

test("a file of another version says what to update", async () => {
  const { search } = await locateThrough(200, JSON.stringify({ ...ADDRESS, version: 2 }));
  const error = await rejectionOf(ClientError, search);
  assert.is(error.code, "version");
  assert.match(error.message, /update babylon-maquette/);
});

test.run();
