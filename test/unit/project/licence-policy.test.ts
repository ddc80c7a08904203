import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import { checkLicencePolicy } from "../../../plugin/project/licence-policy.ts";

const test = suite("project/licence-policy");

const OPEN = {
  id: "triposr",
  licence: { spdx: "MIT", commercialUse: true, source: "https://its.page" },
};
const CLOSED = {
  id: "vfusion3d",
  licence: { spdx: "CC-BY-NC-4.0", commercialUse: false, source: "https://its.licence" },
};
const FILE = "/p/maquette.config.json";

test("without a policy every model may be used", () => {
  for (const model of [OPEN, CLOSED]) {
    checkLicencePolicy({ licencePolicy: "any", file: FILE }, model);
  }
});

test("a commercial project may use what permits commercial use, and nothing else", () => {
  const commercial = { licencePolicy: "commercial", file: FILE } as const;
  checkLicencePolicy(commercial, OPEN);
  try {
    checkLicencePolicy(commercial, CLOSED);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, InputError);
    assert.is((error as InputError).code, "licence");
    assert.is(
      (error as InputError).message,
      "model vfusion3d: its licence CC-BY-NC-4.0 (https://its.licence) permits no commercial use, which the licencePolicy of maquette.config.json asks for — choose another model; maquette models list says what each permits",
    );
  }
});

test.run();
