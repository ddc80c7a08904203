declare module "isosurface" {
  interface Polygons {
    positions: number[][];
    cells: number[][];
  }
  const isosurface: {
    marchingCubes(
      size: [number, number, number],
      sample: (x: number, y: number, z: number) => number,
    ): Polygons;
  };
  export default isosurface;
}
