/** Models as a table, and one model as a list of facts. */
import { formatBytes } from "../core/bytes.ts";
import { type CatalogueEntry, listModels } from "../models/catalogue.ts";
import { describeModel, type ModelDetails } from "../models/model-details.ts";
import { formatCount } from "./format.ts";
import { formatTable } from "./table.ts";
import { printData, printLine, type Terminal } from "./terminal.ts";

const HEADER = ["ID", "NAME", "SIZE", "LICENCE", "COMMERCIAL USE", "STATE"];

export async function printModels(asJson: boolean, { stdout }: Terminal): Promise<void> {
  const models = await listModels();
  if (asJson) printData(stdout, JSON.stringify(models, null, 2));
  else for (const line of formatTable([HEADER, ...models.map(row)])) printLine(stdout, line);
}

function row({ id, name, isDefault, weightsBytes, licence, state }: CatalogueEntry): string[] {
  return [
    isDefault ? `${id} (default)` : id,
    name,
    sizeText(weightsBytes),
    licence.spdx,
    licence.commercialUse ? "yes" : "no",
    state,
  ];
}

/** @throws InputError when there is no such model. */
export async function printModel(id: string, asJson: boolean, terminal: Terminal): Promise<void> {
  const { stdout } = terminal;
  const model = await describeModel(id);
  if (asJson) printData(stdout, JSON.stringify(model, null, 2));
  else for (const line of formatTable(facts(model))) printLine(stdout, line);
}

const PURPOSES: Readonly<Record<ModelDetails["kind"], string>> = {
  lrm: "makes meshes of pictures",
  matte: "cuts objects out of pictures",
};

function facts(model: ModelDetails): string[][] {
  const { licence, folder, network } = model;
  return [
    ["Id", model.isDefault ? `${model.id} (default)` : model.id],
    ["Name", model.name],
    ["Purpose", PURPOSES[model.kind]],
    ["State", folder === undefined ? model.state : `${model.state} in ${folder}`],
    ["Licence", licence.spdx],
    ["Commercial use", licence.commercialUse ? "yes" : "no"],
    ["Stated at", licence.source],
    ["Comes from", model.from],
    ["Weights", sizeText(model.weightsBytes)],
    ["SHA-256", model.weightsSha256 ?? "stated by the hub when it is added"],
    ...(network === undefined ? [] : networkFacts(network)),
  ];
}

function networkFacts(network: NonNullable<ModelDetails["network"]>): string[][] {
  const { family, parameterCount, pictureSize, planes } = network;
  return [
    ["Family", family],
    ["Parameters", formatCount(parameterCount)],
    ["Picture", `${pictureSize} x ${pictureSize}`],
    ["Planes", `3 x ${planes.channels} x ${planes.height} x ${planes.width}`],
  ];
}

function sizeText(bytes: number | undefined): string {
  return bytes === undefined ? "-" : formatBytes(bytes);
}
