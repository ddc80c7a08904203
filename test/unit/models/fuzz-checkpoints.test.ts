import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fuzzCheckpoints } from "../../fuzz/fuzz-checkpoints.ts";

const test = suite("fuzzing checkpoints");

const EXECUTIONS = 3000;

test("spoilt checkpoints are read or refused in one line", async () => {
  let input: Uint8Array = new Uint8Array();
  try {
    const { read, outcomes } = await fuzzCheckpoints({
      seed: 1,
      goesOn: (executions) => executions < EXECUTIONS,
      onInput: (bytes) => {
        input = bytes;
      },
    });
    // Neither is rare, or the inputs would reach little: of 3000, 5% are read and 50 outcomes differ.
    assert.ok(read > EXECUTIONS / 50, `${read} read`);
    assert.ok(outcomes > 25, `${outcomes} outcomes`);
  } catch (error) {
    console.error(`input: ${Buffer.from(input).toString("base64")}`);
    throw error;
  }
});

test("the same seed gives the same inputs", async () => {
  const inputsOf = async (seed: number): Promise<string[]> => {
    const inputs: string[] = [];
    const onInput = (bytes: Uint8Array): void =>
      void inputs.push(Buffer.from(bytes).toString("hex"));
    await fuzzCheckpoints({ seed, onInput, goesOn: (executions) => executions < 50 });
    return inputs;
  };
  assert.equal(await inputsOf(7), await inputsOf(7));
  assert.not.equal(await inputsOf(7), await inputsOf(8));
});

test.run();
