import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createUploadQueue, type UploadQueue } from "../../../editor-ui/panel/upload-queue.ts";
import type { SavedPicture } from "../../../plugin/protocol/service.ts";

const test = suite("panel/upload queue");

interface Recorded {
  readonly queue: UploadQueue;
  readonly sent: string[];
  readonly failures: string[];
  readonly savedAlone: SavedPicture[];
  readonly progress: string[];
  /** Settles when nothing is under way. */
  idle(): Promise<void>;
}

function recordQueue(refused: readonly string[] = []): Recorded {
  const sent: string[] = [];
  const failures: string[] = [];
  const savedAlone: SavedPicture[] = [];
  const progress: string[] = [];
  const queue = createUploadQueue({
    async upload(name) {
      sent.push(name);
      if (refused.includes(name)) throw new Error("not a picture — save it as PNG");
      return { picture: `art/${name}` };
    },
    onFailed: ({ message }) => failures.push(message),
    onSavedAlone: (saved) => savedAlone.push(saved),
  });
  queue.subscribe(() => {
    const { name, index, total } = queue.progress ?? { name: "", index: 0, total: 0 };
    progress.push(`${index}/${total} ${name}`);
  });
  const idle = () =>
    new Promise<void>((resolve) => {
      const end = queue.subscribe(() => {
        if (queue.progress !== undefined) return;
        end();
        resolve();
      });
    });
  return { queue, sent, failures, savedAlone, progress, idle };
}

const file = (name: string) => new File(["bytes"], name);

test("files go one after the other, and progress counts them", async () => {
  const { queue, sent, progress, idle } = recordQueue();
  const done = idle();
  queue.add([file("a.png"), file("b.png")]);
  await done;
  assert.equal(sent, ["a.png", "b.png"]);
  assert.equal(progress, ["1/2 a.png", "2/2 b.png", "0/0 "]);
});

test("files added meanwhile join the queue", async () => {
  const { queue, sent, progress, idle } = recordQueue();
  const done = idle();
  queue.add([file("a.png")]);
  queue.add([file("b.png")]);
  await done;
  assert.equal(sent, ["a.png", "b.png"]);
  assert.equal(progress, ["1/1 a.png", "2/2 b.png", "0/0 "]);
});

test("a refused file is told by name and the others go on", async () => {
  const { queue, sent, failures, idle } = recordQueue(["b.txt"]);
  const done = idle();
  queue.add([file("a.png"), file("b.txt"), file("c.png")]);
  await done;
  assert.equal(sent, ["a.png", "b.txt", "c.png"]);
  assert.equal(failures, ["b.txt: not a picture — save it as PNG"]);
});

test("where a file went is told when it came alone", async () => {
  const { queue, savedAlone, idle } = recordQueue();
  const first = idle();
  queue.add([file("a.png")]);
  await first;
  const second = idle();
  queue.add([file("b.png"), file("c.png")]);
  await second;
  assert.equal(savedAlone, [{ picture: "art/a.png" }]);
});

test("a file that is too large is not sent", async () => {
  const { queue, sent, failures, idle } = recordQueue();
  const large = file("large.png");

  Object.defineProperty(large, "size", { value: 80_000_000 });
  const done = idle();
  queue.add([large, file("a.png")]);
  await done;
  assert.equal(sent, ["a.png"]);
  assert.equal(failures, ["large.png: 80 MB, more than 67 MB — save it into the watched folder"]);
});

test("adding nothing does nothing", () => {
  const { queue, progress } = recordQueue();
  queue.add([]);
  assert.is(queue.progress, undefined);
  assert.equal(progress, []);
});

test.run();
