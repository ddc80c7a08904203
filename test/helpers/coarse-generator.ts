import type { Generator } from "../../plugin/pipeline/contract.ts";

/** Lattice points per axis, for tests that are about something else than the mesh. */
export const COARSE_RESOLUTION = 72;

/** The generator with its meshes in stages on a coarse lattice, whatever it is asked for. */
export function coarsened(generator: Generator): Generator {
  const { model, view } = generator;
  return {
    model,
    view,
    generate: (request) => generator.generate(request),
    readField: (request) => generator.readField(request),
    generateInStages: (request) => {
      const settings = { ...request.settings, resolution: COARSE_RESOLUTION };
      return generator.generateInStages({ ...request, settings });
    },
    close: () => generator.close(),
  };
}
