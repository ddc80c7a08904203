import { shapeError } from "../shapes.ts";
import { makeTensor, type Op, type Tensor } from "../tensor.ts";

/** ONNX's number of the element type int32. */
const INT32 = 6;

const OP: Op = {
  name: "gatherRows",
  emit: (onnx, [table, rows]) => {
    const indices = onnx.node("Cast", [rows], { to: { int: INT32 } });
    return onnx.node("Gather", [table, indices], { axis: { int: 0 } });
  },
};

/** Rows of `table` (R, C) by number: `rows` (...), whole numbers in 0..R - 1, gives (..., C). */
export function gatherRows(table: Tensor, rows: Tensor): Tensor {
  if (table.shape.length !== 2) {
    throw shapeError("gatherRows", [table.shape, rows.shape], "needs a table (r, c)");
  }
  return makeTensor(OP, [table, rows], [...rows.shape, table.shape[1]]);
}
