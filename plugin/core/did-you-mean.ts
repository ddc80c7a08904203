/** The remedy for a name that does not exist: the one it was probably meant to be. */

/** Of the letters of the longer name, how many may be mistyped. */
const MISTYPED_SHARE = 1 / 3;

/** "did you mean ...?" where one of `names` is close to `name`, else `otherwise`. */
export function didYouMean(name: string, names: readonly string[], otherwise: string): string {
  const [best] = names
    .map((candidate) => ({ candidate, edits: editDistance(name, candidate) }))
    .filter(({ candidate, edits }) => {
      return edits <= MISTYPED_SHARE * Math.max(name.length, candidate.length);
    })
    .sort((a, b) => a.edits - b.edits);
  return best === undefined ? otherwise : `did you mean ${best.candidate}?`;
}

/** Levenshtein's: letters inserted, left out or replaced; case does not count. */
function editDistance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let row = Array.from({ length: to.length + 1 }, (_, k) => k);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let k = 0; k < to.length; k++) {
      const replaced = row[k] + (from[i] === to[k] ? 0 : 1);
      next.push(Math.min(replaced, row[k + 1] + 1, next[k] + 1));
    }
    row = next;
  }
  return row[to.length];
}
