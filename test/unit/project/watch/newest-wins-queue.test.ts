import { suite } from "uvu";
import * as assert from "uvu/assert";
import { NewestWinsQueue, type Work } from "../../../../plugin/project/watch/newest-wins-queue.ts";

const test = suite("project/watch/newest-wins-queue");

/** A queue whose work goes on until it is told to end, with a journal of what happened. */
class Bench {
  readonly journal: string[] = [];
  readonly errors: unknown[] = [];
  readonly queue: NewestWinsQueue;
  readonly #ends = new Map<string, () => void>();
  readonly #rests = new Map<string, () => void>();

  constructor(limit: number) {
    this.queue = new NewestWinsQueue(
      limit,
      () => undefined,
      (error) => this.errors.push(error),
    );
  }

  put(key: string, name = key): void {
    const work: Work = async (signal) => {
      this.journal.push(`${name} begins`);
      await new Promise<void>((resolve) => {
        this.#ends.set(name, resolve);
        signal.addEventListener("abort", () => resolve());
      });
      this.journal.push(`${name} ${signal.aborted ? "is cancelled" : "ends"}`);
    };
    this.queue.put(key, work);
  }

  /** Work that begins with a rest. */
  putResting(key: string): void {
    this.queue.put(key, async (signal, stepAside) => {
      this.journal.push(`${key} rests`);
      await stepAside(
        new Promise((resolve) => {
          this.#rests.set(key, resolve);
          signal.addEventListener("abort", () => resolve());
        }),
      );
      this.journal.push(`${key} ${signal.aborted ? "is cancelled" : "goes on"}`);
    });
  }

  async endRest(key: string): Promise<void> {
    this.#rests.get(key)?.();
    await new Promise((turn) => setImmediate(turn));
  }

  /** Lets the work end and what follows begin. */
  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await new Promise((turn) => setImmediate(turn));
  }
}

test("work begins in order of arrival, at most so much at a time", async () => {
  const bench = new Bench(2);
  for (const key of ["a", "b", "c", "d"]) bench.put(key);
  assert.equal(bench.journal, ["a begins", "b begins"]);
  assert.is(bench.queue.waiting, 2);
  await bench.end("b");
  assert.equal(bench.journal.slice(2), ["b ends", "c begins"]);
});

test("while work rests other work begins; it goes on before what only waits", async () => {
  const bench = new Bench(1);
  bench.putResting("a");
  bench.put("b");
  bench.put("c");
  await bench.endRest("a");
  assert.equal(bench.journal, ["a rests", "b begins"]);
  await bench.end("b");
  assert.equal(bench.journal.slice(2), ["b ends", "a goes on", "c begins"]);
  await bench.end("c");
  assert.ok(bench.queue.isEmpty);
});

test("cancelled work ends though there is no room for it to go on, and takes none", async () => {
  const bench = new Bench(1);
  bench.putResting("a");
  bench.putResting("b");
  bench.put("c");
  await bench.endRest("a");
  await bench.queue.drop("a");
  await bench.queue.drop("b");
  assert.equal(bench.journal, [
    "a rests",
    "b rests",
    "c begins",
    "a is cancelled",
    "b is cancelled",
  ]);
  bench.put("d");
  await bench.end("c");
  assert.equal(bench.journal.slice(5), ["c ends", "d begins"]);
});

test("newer work takes the place of what waits", async () => {
  const bench = new Bench(1);
  bench.put("a");
  bench.put("b", "b1");
  bench.put("c");
  bench.put("b", "b2");
  await bench.end("a");
  await bench.end("b2");
  assert.equal(bench.journal, ["a begins", "a ends", "b2 begins", "b2 ends", "c begins"]);
});

test("newer work begins when what runs on its key has been cancelled and has ended", async () => {
  const bench = new Bench(2);
  bench.put("a", "a1");
  bench.put("a", "a2");
  assert.equal(bench.journal, ["a1 begins"]);
  await bench.end("a1");
  assert.equal(bench.journal, ["a1 begins", "a1 is cancelled", "a2 begins"]);
});

test("dropping resolves when the work has ended, and what waits never begins", async () => {
  const bench = new Bench(1);
  bench.put("a");
  bench.put("b");
  await bench.queue.drop("b");
  await bench.queue.drop("a");
  assert.equal(bench.journal, ["a begins", "a is cancelled"]);
  assert.ok(bench.queue.isEmpty);
});

test("work that fails is told of and holds nothing up", async () => {
  const bench = new Bench(1);
  bench.queue.put("a", () => Promise.reject(new Error("broken")));
  bench.put("b");
  await bench.end("");
  assert.equal(
    bench.errors.map((error) => (error as Error).message),
    ["broken"],
  );
  assert.equal(bench.journal, ["b begins"]);
});

test("closing cancels all, and nothing begins afterwards", async () => {
  const bench = new Bench(1);
  bench.put("a");
  bench.put("b");
  await bench.queue.close();
  bench.put("c");
  assert.equal(bench.journal, ["a begins", "a is cancelled"]);
  assert.ok(bench.queue.isEmpty);
});

test.run();
