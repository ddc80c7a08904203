/** Tells from the names and shapes of a checkpoint's tensors which family it is of, at which sizes. */
import { ModelError } from "../../core/errors.ts";
import { checkSizes, type ModelSizes } from "./config.ts";
import { OPENLRM, type OpenLrmSizes } from "./openlrm.ts";
import { ShapeReader, type TensorShapes } from "./shape-reader.ts";
import { TRIPOSR, type TripoSrSizes } from "./triposr.ts";
import { VFUSION3D, type VFusion3dSizes } from "./vfusion3d.ts";

interface Candidate {
  /** A tensor that no other family has. */
  readonly mark: string;
  sizesOf(tensors: ShapeReader): ModelSizes;
}

const CANDIDATES: readonly Candidate[] = [
  { mark: "transformer.deconv.weight", sizesOf: vfusion3dSizes },
  { mark: "encoder.model.register_tokens", sizesOf: openLrmSizes },
  { mark: "image_tokenizer.model.embeddings.cls_token", sizesOf: tripoSrSizes },
];

/**
 * The sizes of the model whose tensors these are. That none is missing or left over is for
 * `checkTensors` to say.
 *
 * @param file Names the checkpoint in errors.
 * @throws ModelError "mismatch" when it is of no family, or its shapes are impossible.
 */
export function recogniseModel(file: string, tensors: TensorShapes): ModelSizes {
  const candidate = CANDIDATES.find(({ mark }) => tensors.has(mark));
  if (candidate === undefined) throw unknownModel(file, tensors);
  return checkSizes(candidate.sizesOf(new ShapeReader(file, tensors)), file);
}

function vfusion3dSizes(tensors: ShapeReader): VFusion3dSizes {
  const encoder = huggingFaceEncoder(tensors, "encoder.model");
  return {
    family: "vfusion3d",
    encoder: { ...encoder, imageSize: pictureSize(encoder, VFUSION3D.encoder) },
    camera: cameraSizes(tensors),
    transformer: lrmTransformer(tensors, "transformer.pos_embed", "transformer.deconv.weight"),
    decoder: decoderSizes(tensors, "synthesizer.decoder.net", VFUSION3D),
    positionForm: VFUSION3D.positionForm,
  };
}

function openLrmSizes(tensors: ShapeReader): OpenLrmSizes {
  const transformer = lrmTransformer(tensors, "pos_embed", "upsampler.weight");
  const { base, ...others } = OPENLRM;
  const published =
    Object.values(others).find((variant) => variant.transformer.width === transformer.width) ??
    base;
  const encoder = {
    ...patchSizes(tensors, "encoder.model.patch_embed.proj.weight"),
    positionGrid: gridSide(tensors, "encoder.model.pos_embed"),
    layers: tensors.count("encoder.model.blocks"),
  };
  return {
    family: "openlrm",
    encoder: { ...encoder, imageSize: pictureSize(encoder, published.encoder) },
    camera: cameraSizes(tensors),
    transformer,
    decoder: decoderSizes(tensors, "synthesizer.decoder.net", published),
    samplesPerRay: published.samplesPerRay,
  };
}

function tripoSrSizes(tensors: ShapeReader): TripoSrSizes {
  const encoder = huggingFaceEncoder(tensors, "image_tokenizer.model");
  const [, width, tokenSide] = tensors.shape("tokenizer.embeddings", 4);
  return {
    family: "triposr",
    encoder: { ...encoder, imageSize: pictureSize(encoder, TRIPOSR.encoder) },
    transformer: {
      width,
      layers: tensors.count("backbone.transformer_blocks"),
      heads: tensors.heads(width),
      tokenSide,
      channels: tensors.shape("post_processor.upsample.weight", 4)[1],
    },
    decoder: decoderSizes(tensors, "decoder.layers", TRIPOSR),
  };
}

/** The encoder but for the size of its picture, which leaves no trace in the weights. */
type PatchEncoder = Omit<ModelSizes["encoder"], "imageSize">;

function huggingFaceEncoder(tensors: ShapeReader, prefix: string): PatchEncoder {
  return {
    ...patchSizes(tensors, `${prefix}.embeddings.patch_embeddings.projection.weight`),
    positionGrid: gridSide(tensors, `${prefix}.embeddings.position_embeddings`),
    layers: tensors.count(`${prefix}.encoder.layer`),
  };
}

function patchSizes(
  tensors: ShapeReader,
  name: string,
): Pick<PatchEncoder, "width" | "heads" | "patchSize"> {
  const [width, , patchSize] = tensors.shape(name, 4);
  return { width, heads: tensors.heads(width), patchSize };
}

/** Of a table with an entry for each patch and one for the class token. */
function gridSide(tensors: ShapeReader, name: string): number {
  return tensors.root(name, tensors.shape(name, 3)[1] - 1);
}

/** The published size for encoders like the published one, else that of the position table. */
function pictureSize(encoder: PatchEncoder, published: ModelSizes["encoder"]): number {
  const { patchSize, positionGrid } = encoder;
  const alike = patchSize === published.patchSize && positionGrid === published.positionGrid;
  return alike ? published.imageSize : patchSize * positionGrid;
}

function cameraSizes(tensors: ShapeReader): VFusion3dSizes["camera"] {
  return { width: tensors.shape("camera_embedder.mlp.0.weight", 2)[0] };
}

function lrmTransformer(
  tensors: ShapeReader,
  positions: string,
  upsample: string,
): VFusion3dSizes["transformer"] {
  const [width, channels] = tensors.shape(upsample, 4);
  return {
    width,
    layers: tensors.count("transformer.layers"),
    heads: tensors.heads(width),
    tokenSide: tensors.root(positions, tensors.shape(positions, 3)[1] / 3),
    channels,
  };
}

function decoderSizes(
  tensors: ShapeReader,
  prefix: string,
  published: ModelSizes,
): ModelSizes["decoder"] {
  return {
    hidden: tensors.shape(`${prefix}.0.weight`, 2)[0],
    layers: tensors.count(prefix),
    isoDensity: published.decoder.isoDensity,
  };
}

const LISTED = 3;

function unknownModel(file: string, tensors: TensorShapes): ModelError {
  const names = [...tensors.keys()].slice(0, LISTED).join(", ");
  const content = names === "" ? "it holds no tensors" : `its first tensors are ${names}`;
  return new ModelError(
    "mismatch",
    `${file}: ${content} — supported are VFusion3D, OpenLRM 1.1 and TripoSR`,
  );
}
