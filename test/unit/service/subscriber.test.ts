import { EventEmitter } from "node:events";
import type { WebSocket } from "@fastify/websocket";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Asset, Hello, ServiceEvent, ServiceModel } from "../../../plugin/protocol/service.ts";
import { type NewsSource, Subscriber } from "../../../plugin/service/subscriber.ts";

const test = suite("service/subscriber");

/** A socket whose other end reads when it is told to. */
class PausedSocket extends EventEmitter {
  readonly sent: ServiceEvent[] = [];
  readonly calls: string[] = [];
  bufferedAmount = 0;
  #callbacks: ((error?: Error) => void)[] = [];

  send(text: string, callback: (error?: Error) => void): void {
    this.sent.push(JSON.parse(text));
    this.bufferedAmount += text.length;
    this.#callbacks.push(callback);
  }

  /** The other end takes all that was sent. */
  read(): void {
    const callbacks = this.#callbacks;
    this.#callbacks = [];
    this.bufferedAmount = 0;
    for (const callback of callbacks) callback();
  }

  ping(): void {
    this.calls.push("ping");
  }

  terminate(): void {
    this.calls.push("terminate");
    this.emit("close");
  }

  close(code: number): void {
    this.calls.push(`close ${code}`);
    this.emit("close");
  }

  get kinds(): string[] {
    return this.sent.map((event) =>
      event.type === "asset"
        ? `${event.asset.uuid} ${event.asset.name}`
        : event.type === "log"
          ? event.message
          : event.type === "gone"
            ? `${event.uuid} gone`
            : event.type,
    );
  }
}

interface Scene {
  readonly socket: PausedSocket;
  readonly subscriber: Subscriber;
  /** Names by uuid. */
  readonly assets: Map<string, string>;
}

/** A subscriber that may have about one event unsent. */
function scene(): Scene {
  const socket = new PausedSocket();
  const assets = new Map<string, string>();
  const source: NewsSource = {
    hello: () => ({ type: "hello" }) as Hello,
    model: () => ({ id: "fake" }) as ServiceModel,
    asset: (uuid) => {
      const name = assets.get(uuid);
      return name === undefined ? undefined : ({ uuid, name } as Asset);
    },
  };
  const subscriber = new Subscriber(socket as unknown as WebSocket, source, 10);
  return { socket, subscriber, assets };
}

test("of an asset that changes while there is no room only its last state is sent", () => {
  const { socket, subscriber, assets } = scene();
  subscriber.greet();
  for (let k = 0; k < 1000; k++) {
    for (const uuid of ["a", "b"]) {
      assets.set(uuid, `state ${k}`);
      subscriber.assetChanged(uuid);
      subscriber.flush();
    }
  }
  assert.equal(socket.kinds, ["hello"]);
  socket.read();
  socket.read();
  socket.read();
  assert.equal(socket.kinds, ["hello", "a state 999", "b state 999"]);
});

test("an asset that went meanwhile is told as gone", () => {
  const { socket, subscriber, assets } = scene();
  assets.set("a", "there");
  subscriber.assetChanged("a");
  assets.delete("a");
  subscriber.flush();
  assert.equal(socket.kinds, ["a gone"]);
});

test("of messages that cannot be sent the latest hundred are kept", () => {
  const { socket, subscriber } = scene();
  subscriber.greet();
  for (let k = 0; k < 250; k++) subscriber.log({ level: "info", message: `line ${k}` });
  subscriber.modelChanged();
  for (let k = 0; k < 300; k++) socket.read();
  assert.equal(socket.kinds, [
    "hello",
    "model",
    ...Array.from({ length: 100 }, (_, k) => `line ${150 + k}`),
  ]);
});

test("a client that takes nothing between two heartbeats is told to come again", () => {
  const { socket, subscriber, assets } = scene();
  assets.set("a", "there");
  subscriber.greet();
  subscriber.heartbeat();
  subscriber.heartbeat();
  assert.equal(socket.calls, ["ping", "close 1013"]);
});

test("a client that takes something, however slowly, stays", () => {
  const { socket, subscriber, assets } = scene();
  assets.set("a", "there");
  for (let k = 0; k < 5; k++) {
    subscriber.assetChanged("a");
    subscriber.flush();
    subscriber.heartbeat();
    socket.read();
    socket.emit("pong");
  }
  assert.equal(socket.calls, Array(5).fill("ping"));
});

test("a client that does not answer a ping is cut off at the next", () => {
  const { socket, subscriber } = scene();
  subscriber.heartbeat();
  socket.emit("pong");
  subscriber.heartbeat();
  subscriber.heartbeat();
  assert.equal(socket.calls, ["ping", "ping", "terminate"]);
});

test("a client that speaks is shown the door, once", () => {
  const { socket } = scene();
  for (let k = 0; k < 3; k++) socket.emit("message", Buffer.from("hello"), false);
  assert.equal(socket.calls, ["close 1008"]);
});

test.run();
