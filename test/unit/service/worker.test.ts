import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, InputError, ModelError } from "../../../plugin/core/errors.ts";
import { errorData, errorFrom } from "../../../plugin/service/worker/error-data.ts";
import { ProcessCrash } from "../../../plugin/service/worker/process-crash.ts";
import { visibleProgress } from "../../../plugin/service/worker/visible-progress.ts";

const test = suite("service/worker");

const sent = (error: unknown): Error => errorFrom(structuredClone(errorData(error)));

test("an error is of the same class, code and message on the other side", () => {
  const input = sent(new InputError("unreadable", "hero.png: is damaged — export it again"));
  assert.instance(input, InputError);
  assert.is((input as InputError).code, "unreadable");
  assert.is(input.message, "hero.png: is damaged — export it again");

  const model = sent(new ModelError("no-surface", "model: sees nothing — draw more"));
  assert.instance(model, ModelError);
  assert.is((model as ModelError).code, "no-surface");

  assert.instance(sent(new CancelledError()), CancelledError);
});

test("any other error is a bug that keeps the stack of where it happened", () => {
  const bug = new TypeError("x is not a function");
  const received = sent(bug);
  assert.is(received.message, "x is not a function");
  assert.is(received.stack, bug.stack);
  assert.is(sent("thrown text").message, "thrown text");
});

test("of thousands of steps only those that can be seen are told, and each stage's begin", () => {
  const told: string[] = [];
  const onProgress = visibleProgress((stage, fraction) => told.push(`${stage} ${fraction}`));
  onProgress("encode", 0);
  for (let i = 0; i <= 10_000; i++) onProgress("extract", i / 10_000);
  onProgress("colour", 0);
  onProgress("colour", 1);
  onProgress("decode", 0);
  assert.is(told[0], "encode 0");
  assert.is(told[1], "extract 0");
  assert.equal(told.slice(-3), ["colour 0", "colour 1", "decode 0"]);
  const steps = told.filter((step) => step.startsWith("extract"));
  assert.ok(steps.length >= 100 && steps.length <= 102, `${steps.length}`); // a hundredth each
});

test("a crash says how the process ended, what became of it and what to do", () => {
  const cases = [
    [{ code: null, signal: "SIGSEGV", printed: "" }, "crashed (SIGSEGV)", "another --device"],
    [{ code: 3_221_225_477, signal: null, printed: "" }, "exit code 3221225477", "--device"],
    [{ code: null, signal: "SIGKILL", printed: "" }, "was killed (SIGKILL)", "if memory ran out"],
    [
      {
        code: null,
        signal: "SIGABRT",
        printed: "terminate called after throwing an instance of 'std::bad_alloc'\n",
      },
      "ran out of memory (SIGABRT)",
      "lower resolution",
    ],
    [
      {
        code: null,
        signal: "SIGABRT",
        printed:
          "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
      },
      "ran out of memory (SIGABRT)",
      "smaller model",
    ],
  ] as const;
  for (const [end, what, remedy] of cases) {
    const { code, message } = new ProcessCrash(end, 1);
    assert.is(code, "device");
    assert.match(
      message,
      /^model process: [^\n—]+; it starts again with the next picture — [^\n]+$/,
    );
    assert.ok(message.includes(what), message);
    assert.ok(message.includes(remedy), message);
    assert.not.match(message, "driver");
  }
});

test.run();
