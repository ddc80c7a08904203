/** Sweeps over all pairs of axes; four suffice in doubles for matrices this small. */
const SWEEPS = 12;

/**
 * The unit eigenvector of the greatest eigenvalue of a symmetric matrix, by Jacobi's rotations.
 * `matrix` is overwritten.
 */
export function principalVector(matrix: number[][]): number[] {
  const size = matrix.length;
  /** Row i is the eigenvector of matrix[i][i]. */
  const vectors = matrix.map((_, i) => matrix.map((_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) annihilate(matrix, vectors, p, q);
    }
  }
  const eigenvalues = matrix.map((row, i) => row[i]);
  return vectors[eigenvalues.indexOf(Math.max(...eigenvalues))];
}

/** Turns axes p and q so that matrix[p][q] becomes 0. */
function annihilate(matrix: number[][], vectors: number[][], p: number, q: number): void {
  if (matrix[p][q] === 0) return;
  const slope = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
  const tangent = (slope < 0 ? -1 : 1) / (Math.abs(slope) + Math.hypot(slope, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  const turn = (a: number, b: number): [number, number] => [
    cosine * a - sine * b,
    sine * a + cosine * b,
  ];
  for (const row of matrix) [row[p], row[q]] = turn(row[p], row[q]);
  for (const rows of [matrix, vectors]) {
    for (let k = 0; k < matrix.length; k++) {
      [rows[p][k], rows[q][k]] = turn(rows[p][k], rows[q][k]);
    }
  }
}
